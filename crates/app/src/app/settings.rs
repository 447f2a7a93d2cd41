//! The settings, as the window shows and changes them.

use super::App;
use super::work::Order;
use crate::settings::{AfterAccident, Hours, Settings};
use crate::{Problem, ProxySetting, SettingChange, SettingsCard, token};
use catalog::network::Proxy;

/// The smallest and the largest text, in hundredths.
const TEXT_SIZES: std::ops::RangeInclusive<u32> = 80..=200;

impl App {
    pub(super) fn settings_card(&self, settings: &Settings) -> SettingsCard {
        let window = &settings.window;
        SettingsCard {
            language: window.language,
            theme: window.theme,
            text_size: window.text_size.clamp(*TEXT_SIZES.start(), *TEXT_SIZES.end()),
            enter_sends: window.enter_sends,
            idle_seconds: settings.idle_seconds,
            moves_on: settings.after_accident == AfterAccident::Move,
            download_limit: settings.downloads.limit,
            download_hours: settings.downloads.hours.map(|hours| (hours.from, hours.to)),
            metered: settings.downloads.metered,
            offline: settings.network.offline,
            hub: settings.hub.clone(),
            proxy: match &settings.network.proxy {
                Proxy::System => ProxySetting::System,
                Proxy::None => ProxySetting::None,
                Proxy::Address(address) => ProxySetting::Address { address: address.clone() },
            },
            has_key: token::token().is_some(),
            models_folder: self.library.store().folder().display().to_string(),
            data_folder: self.data.folder().map(|folder| folder.display().to_string()).unwrap_or_default(),
        }
    }

    pub(super) fn change_setting(&self, change: SettingChange) -> Result<SettingsCard, Problem> {
        let keep = |change: &dyn Fn(&mut Settings)| self.library.change(|settings| change(settings));
        match change {
            SettingChange::Language(language) => keep(&|to| to.window.language = language)?,
            SettingChange::Theme(theme) => keep(&|to| to.window.theme = theme)?,
            SettingChange::TextSize(size) => {
                let size = size.clamp(*TEXT_SIZES.start(), *TEXT_SIZES.end());
                keep(&|to| to.window.text_size = size)?;
            }
            SettingChange::EnterSends(sends) => keep(&|to| to.window.enter_sends = sends)?,
            SettingChange::IdleSeconds(seconds) => {
                keep(&|to| to.idle_seconds = seconds)?;
                self.order(Order::Heed)?;
            }
            SettingChange::MovesOn(moves) => {
                let after = if moves { AfterAccident::Move } else { AfterAccident::Offer };
                keep(&|to| to.after_accident = after)?;
                self.order(Order::Heed)?;
            }
            SettingChange::DownloadLimit(limit) => self.change_downloading(|to| to.limit = limit)?,
            SettingChange::DownloadHours(hours) => {
                let hours = hours.map(|(from, to)| Hours { from: from % 24, to: to % 24 });
                self.change_downloading(|to| to.hours = hours)?;
            }
            SettingChange::Metered(metered) => self.change_downloading(|to| to.metered = metered)?,
            SettingChange::Offline(offline) => self.library.switch_network_off(offline)?,
            SettingChange::Hub(address) => {
                let address = address.filter(|address| !address.trim().is_empty());
                self.library.change_hub(address.as_deref())?;
            }
            SettingChange::Proxy(proxy) => {
                let proxy = match proxy {
                    ProxySetting::System => Proxy::System,
                    ProxySetting::None => Proxy::None,
                    ProxySetting::Address { address } => Proxy::Address(address),
                };
                keep(&|to| to.network.proxy = proxy.clone())?;
            }
            SettingChange::Key(Some(key)) => token::keep(&key)?,
            SettingChange::Key(None) => token::forget()?,
        }
        Ok(self.settings_card(&self.settings()))
    }

    fn change_downloading(&self, change: impl FnOnce(&mut crate::DownloadSettings)) -> Result<(), Problem> {
        let mut settings = self.settings().downloads;
        change(&mut settings);
        self.downloads.set(&settings)
    }
}
