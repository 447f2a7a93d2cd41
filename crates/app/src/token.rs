//! The token that the hub is shown for models whose terms were accepted.
//!
//! It is kept by the system, in the store that it has for such things, and never in a file of ours.

use keyring_core::api::CredentialStoreApi as _;
use keyring_core::{Entry, Error};

#[cfg(target_os = "macos")]
use apple_native_keyring_store::keychain::Store;
#[cfg(target_os = "linux")]
use linux_keyutils_keyring_store::Store;
#[cfg(windows)]
use windows_native_keyring_store::Store;

use crate::{Problem, ProblemCode, models};

/// Whether the key store of this system keeps the token when the computer is restarted.
///
/// On Linux it is the keyring of the kernel: every Linux has it, also one without a desktop, but in memory. There it is
/// forgotten with a restart, and some days after the person was last logged in. The one of the desktop would keep it,
/// for a hundred more packages that speak to it.
pub const OUTLASTS_RESTART: bool = !cfg!(target_os = "linux");

/// Whose it is, as the key store lists it.
const OWNER: &str = "Domicile";

/// What `HF_TOKEN` says, or else what the key store holds.
pub(crate) fn token() -> Option<String> {
    let given = std::env::var("HF_TOKEN").ok().filter(|token| !token.is_empty());
    given.or_else(|| entry().and_then(|entry| entry.get_password()).ok())
}

/// Keeps a token in the key store, in place of the one that was there.
///
/// # Errors
/// [`ProblemCode::KeyStore`], [`ProblemCode::NetworkSettings`] where it is none.
pub fn keep(token: &str) -> Result<(), Problem> {
    let token = token.trim();
    if token.is_empty() || !token.chars().all(|letter| letter.is_ascii_graphic()) {
        return Err(Problem::new(ProblemCode::NetworkSettings, "the access key is not one word"));
    }
    entry().and_then(|entry| entry.set_password(token)).map_err(|error| of_store(&error))
}

/// Forgets the token that the key store holds, if it holds one.
///
/// # Errors
/// [`ProblemCode::KeyStore`].
pub fn forget() -> Result<(), Problem> {
    match entry().and_then(|entry| entry.delete_credential()) {
        Ok(()) | Err(Error::NoEntry) => Ok(()),
        Err(error) => Err(of_store(&error)),
    }
}

/// Where the token is. Each data folder has its own, so that who tries something in another one does not lose it.
#[cfg(any(target_os = "linux", target_os = "macos", windows))]
fn entry() -> Result<Entry, Error> {
    let folder = models::home().map(|home| home.to_string_lossy().into_owned());
    Store::new()?.build(OWNER, folder.as_deref().unwrap_or("hub"), None)
}

#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
fn entry() -> Result<Entry, Error> {
    Err(Error::NoDefaultStore)
}

/// Without the bytes that some of these errors carry: they are the token.
fn of_store(error: &Error) -> Problem {
    Problem::new(ProblemCode::KeyStore, error.to_string())
}
