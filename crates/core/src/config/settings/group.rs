//! How a group of settings is written down: `"dest" => field: Type`, one line each, is the field, where its value comes
//! from, and the list of destinations that tests hold against the option table.

/// Declares a struct of settings with `DESTINATIONS` and `read`.
#[macro_export]
macro_rules! settings {
    (
        $(#[$about:meta])*
        pub struct $Group:ident { $($(#[$doc:meta])* $dest:literal => $field:ident: $kind:ty,)* }
    ) => {
        $(#[$about])*
        #[derive(Debug, Clone, Default, PartialEq)]
        pub struct $Group { $($(#[$doc])* pub $field: $kind,)* }

        impl $Group {
            /// The options that are read, in order.
            pub const DESTINATIONS: &'static [&'static str] = &[$($dest,)*];

            /// From the values of the options.
            pub fn read(value_of: &dyn Fn(&str) -> $crate::config::Value) -> Self {
                Self { $($field: $crate::config::settings::field::Field::from_value(value_of($dest)),)* }
            }
        }
    };
}

/// The same, and all of it is reported about the run, by the names of the options.
macro_rules! reported_settings {
    (
        $(#[$about:meta])*
        pub struct $Group:ident { $($(#[$doc:meta])* $dest:literal => $field:ident: $kind:ty,)* }
    ) => {
        $crate::settings! {
            $(#[$about])*
            pub struct $Group { $($(#[$doc])* $dest => $field: $kind,)* }
        }

        impl $Group {
            pub fn to_json(&self) -> serde_json::Map<String, serde_json::Value> {
                use $crate::config::settings::field::ReportedField as _;
                [$(($dest.to_owned(), self.$field.to_json()),)*].into_iter().collect()
            }

            /// What is missing or of another kind is absent.
            pub fn from_json(json: &serde_json::Value) -> Self {
                use $crate::config::settings::field::ReportedField as _;
                Self { $($field: <$kind>::from_json(&json[$dest]),)* }
            }
        }
    };
}

pub(crate) use reported_settings;
