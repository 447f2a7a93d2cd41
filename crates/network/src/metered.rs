//! Whether a connection is paid for by what comes over it.

/// Whether the connection to the internet is paid for by what comes over it, as that of a phone often is; `None` where
/// the system does not say. Only Windows does.
#[must_use]
pub fn is_metered() -> Option<bool> {
    system::is_metered()
}

#[cfg(windows)]
mod system {
    use windows::Networking::Connectivity::{NetworkCostType, NetworkInformation};

    pub(super) fn is_metered() -> Option<bool> {
        let profile = NetworkInformation::GetInternetConnectionProfile().ok()?;
        let cost = profile.GetConnectionCost().ok()?.NetworkCostType().ok()?;
        Some(cost == NetworkCostType::Fixed || cost == NetworkCostType::Variable)
    }
}

#[cfg(not(windows))]
mod system {
    pub(super) fn is_metered() -> Option<bool> {
        None
    }
}
