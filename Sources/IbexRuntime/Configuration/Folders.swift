import FoundationEssentials

/// The folders that Ibex looks in, as the environment names them.
package struct Folders: Sendable, Hashable {
    /// `IBEX_DATA_DIR`: where the user keeps data sets; none by default.
    package let data: String?
    /// `IBEX_CACHE_DIR`, else `ibex` in `XDG_CACHE_HOME`, else `~/.cache/ibex`.
    package let cache: String
    /// `KERAS_HOME`, else `~/.keras`; never created by Ibex.
    package let keras: String
    /// `~/.keras`, where the second look for keras.json goes.
    package let defaultKeras: String

    package init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        func folder(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        let home = folder("HOME") ?? FileManager.default.homeDirectoryForCurrentUser.path
        data = folder("IBEX_DATA_DIR")
        cache = folder("IBEX_CACHE_DIR") ?? folder("XDG_CACHE_HOME").map { $0 + "/ibex" } ?? home + "/.cache/ibex"
        defaultKeras = home + "/.keras"
        keras = folder("KERAS_HOME") ?? defaultKeras
    }
}
