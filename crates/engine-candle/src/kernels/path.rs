//! Which instructions the kernels are computed with.

use std::sync::LazyLock;

/// An instruction set that every kernel is compiled for, from the fastest to the one that is everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Path {
    /// Intel's servers from Sapphire Rapids on, AMD from Zen 4 on.
    #[cfg(target_arch = "x86_64")]
    Avx512Bf16,
    /// Intel from Ice Lake on.
    #[cfg(target_arch = "x86_64")]
    Avx512Vbmi,
    /// Intel's Cascade Lake: the same without a table of 64 bytes.
    #[cfg(target_arch = "x86_64")]
    Avx512,
    /// Intel's desktop processors from Alder Lake on.
    #[cfg(target_arch = "x86_64")]
    AvxVnni,
    /// Most others since 2013.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// Apple's from M2 on, Qualcomm's Snapdragon X, servers from 2020 on.
    #[cfg(target_arch = "aarch64")]
    NeonI8mm,
    /// Apple's M1 and most others.
    #[cfg(target_arch = "aarch64")]
    NeonDot,
    Plain,
}

/// The names by which `DOMICILE_CPU_PATH` asks for a path.
const NAMES: &[(&str, Path)] = &[
    #[cfg(target_arch = "x86_64")]
    ("avx512bf16", Path::Avx512Bf16),
    #[cfg(target_arch = "x86_64")]
    ("avx512vbmi", Path::Avx512Vbmi),
    #[cfg(target_arch = "x86_64")]
    ("avx512", Path::Avx512),
    #[cfg(target_arch = "x86_64")]
    ("avxvnni", Path::AvxVnni),
    #[cfg(target_arch = "x86_64")]
    ("avx2", Path::Avx2),
    #[cfg(target_arch = "aarch64")]
    ("neoni8mm", Path::NeonI8mm),
    #[cfg(target_arch = "aarch64")]
    ("neondot", Path::NeonDot),
    ("plain", Path::Plain),
];

impl Path {
    /// The best path of this processor, or the one that the environment variable `DOMICILE_CPU_PATH` names, where
    /// the processor has it.
    pub(crate) fn best() -> Self {
        static BEST: LazyLock<Path> = LazyLock::new(|| {
            let asked = std::env::var("DOMICILE_CPU_PATH").ok();
            let asked = asked.and_then(|name| Path::all().find(|path| path.name() == name));
            asked.or_else(|| Path::all().next()).unwrap_or(Path::Plain)
        });
        *BEST
    }

    /// Every path of this processor, the best one first.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        NAMES.iter().map(|(_, path)| *path).filter(|path| path.is_here())
    }

    pub(crate) fn name(self) -> &'static str {
        NAMES.iter().find(|(_, path)| *path == self).map_or("plain", |(name, _)| name)
    }

    fn is_here(self) -> bool {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512Bf16 => Self::Avx512Vbmi.is_here() && is_x86_feature_detected!("avx512bf16"),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512Vbmi => Self::Avx512.is_here() && is_x86_feature_detected!("avx512vbmi"),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => {
                Self::Avx2.is_here()
                    && is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512vl")
                    && is_x86_feature_detected!("avx512vnni")
            }
            #[cfg(target_arch = "x86_64")]
            Self::AvxVnni => Self::Avx2.is_here() && is_x86_feature_detected!("avxvnni"),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma"),
            #[cfg(target_arch = "aarch64")]
            Self::NeonI8mm => Self::NeonDot.is_here() && std::arch::is_aarch64_feature_detected!("i8mm"),
            #[cfg(target_arch = "aarch64")]
            Self::NeonDot => std::arch::is_aarch64_feature_detected!("dotprod"),
            Self::Plain => true,
        }
    }
}

/// Compiles `$body::<L>` for the [`Lanes`](super::lanes::Lanes) of every path and calls the one that is asked for.
macro_rules! on_path {
    ($(#[$doc:meta])* $name:ident($($arg:ident: $type:ty),* $(,)?) = $body:ident) => {
        $(#[$doc])*
        pub(crate) fn $name(path: $crate::kernels::Path, $($arg: $type),*) {
            use $crate::kernels::{Path, lanes};
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(
                    enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx512vbmi,avx512bf16,avx2,fma"
                )]
                fn avx512_bf16($($arg: $type),*) { $body::<lanes::Avx512<true, lanes::Bf16Pair>>($($arg),*) }
                #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx512vbmi,avx2,fma")]
                fn avx512_vbmi($($arg: $type),*) { $body::<lanes::Avx512<true>>($($arg),*) }
                #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma")]
                fn avx512($($arg: $type),*) { $body::<lanes::Avx512<false>>($($arg),*) }
                #[target_feature(enable = "avx2,fma,avxvnni")]
                fn avx_vnni($($arg: $type),*) { $body::<lanes::Avx2<true>>($($arg),*) }
                #[target_feature(enable = "avx2,fma")]
                fn avx2($($arg: $type),*) { $body::<lanes::Avx2<false>>($($arg),*) }
                // SAFETY: a path is only chosen where the processor has its instructions.
                unsafe {
                    match path {
                        Path::Avx512Bf16 => avx512_bf16($($arg),*),
                        Path::Avx512Vbmi => avx512_vbmi($($arg),*),
                        Path::Avx512 => avx512($($arg),*),
                        Path::AvxVnni => avx_vnni($($arg),*),
                        Path::Avx2 => avx2($($arg),*),
                        Path::Plain => $body::<lanes::Plain>($($arg),*),
                    }
                }
            }
            #[cfg(target_arch = "aarch64")]
            {
                #[target_feature(enable = "neon,dotprod,i8mm")]
                fn neon_i8mm($($arg: $type),*) { $body::<lanes::Neon<true>>($($arg),*) }
                #[target_feature(enable = "neon,dotprod")]
                fn neon_dot($($arg: $type),*) { $body::<lanes::Neon<false>>($($arg),*) }
                // SAFETY: a path is only chosen where the processor has its instructions.
                unsafe {
                    match path {
                        Path::NeonI8mm => neon_i8mm($($arg),*),
                        Path::NeonDot => neon_dot($($arg),*),
                        Path::Plain => $body::<lanes::Plain>($($arg),*),
                    }
                }
            }
            #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
            match path {
                Path::Plain => $body::<lanes::Plain>($($arg),*),
            }
        }
    };
}
pub(crate) use on_path;
