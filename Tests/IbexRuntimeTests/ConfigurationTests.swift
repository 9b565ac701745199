import FoundationEssentials
import IbexGraph
import IbexRuntime
import IbexTestSupport
import Testing

/// Everything here is a pure function of an environment, a file's text and arguments: no test touches the process.
@Suite struct ConfigurationTests {
    let path = "/k/keras.json"

    func configuration(
        _ arguments: Configuration.Arguments = .init(), environment: [String: String] = [:], file: String? = nil
    ) throws -> Configuration {
        try Configuration(
            arguments: arguments, environment: environment, file: file.map { try KerasFile(text: $0, path: path) })
    }

    @Test func defaults() throws {
        let configuration = try configuration()
        #expect(configuration.floatx == .float32)
        #expect(configuration.epsilon == 1e-7)
        #expect(configuration.imageDataFormat == .channelsLast)
        #expect(configuration.device == .auto)
        #expect(configuration.deviceSource == "the default")
        #expect(configuration.batchSize == 32)
        #expect(configuration.threads == nil)
        #expect(configuration.autotune == false)
        #expect(configuration.logLevel == .notice)
    }

    @Test func theFile() throws {
        let configuration = try configuration(
            file: """
                {"floatx": "float64", "epsilon": 1e-5, "image_data_format": "channels_first", "device": "opencl:gpu",
                 "backend": "opencl", "batch_size": 64}
                """)
        #expect(configuration.floatx == .float64)
        #expect(configuration.epsilon == 1e-5)
        #expect(configuration.imageDataFormat == .channelsFirst)
        #expect(configuration.device == .openCL(.kind(.gpu)))
        #expect(configuration.deviceSource == "/k/keras.json, key \"device\"")
        #expect(configuration.batchSize == 64)
        #expect(configuration.notices.isEmpty)
    }

    /// The file that Keras 3.15 writes when there is none.
    @Test func theFileThatKerasWrites() throws {
        let configuration = try configuration(
            file: """
                {
                    "floatx": "float32",
                    "epsilon": 1e-07,
                    "backend": "tensorflow",
                    "image_data_format": "channels_last",
                    "nnx_enabled": false
                }
                """)
        #expect(configuration.device == .auto)
        #expect(configuration.epsilon == 1e-7)
        #expect(configuration.notices.isEmpty)
    }

    @Test func unknownKeysAreOneNotice() throws {
        let notices = try configuration(file: #"{"zeta": [1], "floatx": "float32", "alpha": null}"#).notices
        #expect(notices == [#"/k/keras.json: "alpha", "zeta" unknown to Ibex and ignored"#])
    }

    @Test func argumentOverEnvironmentOverFile() throws {
        let file = #"{"floatx": "float64", "image_data_format": "channels_first", "batch_size": 1, "device": "opencl"}"#
        let environment = [
            "IBEX_FLOATX": "float32", "IBEX_IMAGE_DATA_FORMAT": "channels_last", "IBEX_BATCH_SIZE": "2",
            "IBEX_DEVICE": "opencl:1", "IBEX_NUM_THREADS": "3", "IBEX_AUTOTUNE": "1", "IBEX_LOG_LEVEL": "debug",
        ]
        let second = try configuration(environment: environment, file: file)
        #expect(second.floatx == .float32)
        #expect(second.imageDataFormat == .channelsLast)
        #expect(second.batchSize == 2)
        #expect(second.device == .openCL(.number(1)))
        #expect(second.deviceSource == "IBEX_DEVICE")
        #expect(second.threads == 3)
        #expect(second.autotune)
        #expect(second.logLevel == .debug)

        var arguments = Configuration.Arguments()
        arguments.floatx = .float64
        arguments.epsilon = 0.5
        arguments.imageDataFormat = .channelsFirst
        arguments.batchSize = 5
        arguments.threads = 6
        arguments.device = .cpu
        let first = try configuration(arguments, environment: environment, file: file)
        #expect(first.floatx == .float64)
        #expect(first.epsilon == 0.5)
        #expect(first.imageDataFormat == .channelsFirst)
        #expect(first.batchSize == 5)
        #expect(first.threads == 6)
        #expect(first.device == .cpu)
    }

    @Test func anEmptyVariableIsNotSet() throws {
        let environment = ["IBEX_FLOATX": "", "IBEX_DEVICE": "", "IBEX_AUTOTUNE": "", "IBEX_BATCH_SIZE": ""]
        #expect(try configuration(environment: environment).device == .auto)
    }

    @Test(arguments: [
        ("IBEX_FLOATX", "float", "float32 or float64"),
        ("IBEX_FLOATX", "float16", "float32 or float64"),
        ("IBEX_IMAGE_DATA_FORMAT", "nchw", "channels_last or channels_first"),
        ("IBEX_BACKEND", "tensorflow", "auto, cpu or opencl"),
        ("IBEX_DEVICE", "0", "opencl:1"),
        ("IBEX_BATCH_SIZE", "0", "a whole number above 0"),
        ("IBEX_BATCH_SIZE", "12.5", "a whole number above 0"),
        ("IBEX_NUM_THREADS", "-1", "a whole number above 0"),
        ("IBEX_AUTOTUNE", "yes", "0 or 1"),
        ("IBEX_LOG_LEVEL", "loud", "trace, debug, info, notice, warning, error or critical"),
    ])
    func malformedVariable(name: String, value: String, expected: String) {
        expectError(.configuration, at: name, found: "\"\(value)\"", expected: expected) {
            _ = try configuration(environment: [name: value])
        }
    }

    @Test(arguments: [
        (#"{"floatx": "double"}"#, "floatx", "\"double\"", "float32 or float64"),
        (#"{"floatx": "float16"}"#, "floatx", "\"float16\"", "float32 or float64"),
        (#"{"floatx": 32}"#, "floatx", "32", "float32"),
        (#"{"epsilon": "small"}"#, "epsilon", "\"small\"", "a number above 0"),
        (#"{"epsilon": 0}"#, "epsilon", "0", "a number above 0"),
        (#"{"epsilon": true}"#, "epsilon", "true", "a number above 0"),
        (#"{"image_data_format": "NHWC"}"#, "image_data_format", "NHWC", "\"channels_last\" or \"channels_first\""),
        (#"{"backend": "opncl"}"#, "backend", "opncl", "\"auto\", \"cpu\" or \"opencl\""),
        (#"{"backend": null}"#, "backend", "null", "\"cpu\""),
        (#"{"device": 0}"#, "device", "0", "a device"),
        (#"{"device": "gpu"}"#, "device", "gpu", "opencl:gpu"),
        (#"{"batch_size": 1.5}"#, "batch_size", "1.5", "a whole number above 0"),
        (#"{"batch_size": [32]}"#, "batch_size", "a list", "a whole number above 0"),
    ])
    func malformedValue(text: String, key: String, found: String, expected: String) {
        expectError(.configuration, at: "/k/keras.json, key \"\(key)\"", found: found, expected: expected) {
            _ = try configuration(file: text)
        }
    }

    @Test(arguments: ["", "{", "[1, 2]", "\"text\"", "{\"floatx\": }", "not json", "3"])
    func malformedFile(text: String) {
        expectError(.configuration, at: path, found: "JSON", expected: "a JSON object") {
            _ = try configuration(file: text)
        }
    }

    @Test func malformedArguments() {
        for change: (inout Configuration.Arguments) -> Void in [
            { $0.floatx = .float16 }, { $0.epsilon = 0 }, { $0.epsilon = .nan }, { $0.batchSize = 0 },
            { $0.threads = -2 },
        ] {
            var arguments = Configuration.Arguments()
            change(&arguments)
            expectError(.configuration, at: "the argument") { _ = try configuration(arguments) }
        }
    }

    @Test func whereTheFileIsLookedFor() throws {
        let scratch = FileManager.default.temporaryDirectory.path + "/ibex-test-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        let (home, keras, named) = (scratch + "/h/.keras/keras.json", scratch + "/k/keras.json", scratch + "/mine.json")
        for (file, size) in [(home, 1), (keras, 2), (named, 3)] {
            try FileManager.default.createDirectory(
                atPath: URL(filePath: file).deletingLastPathComponent().path, withIntermediateDirectories: true)
            try Data(#"{"batch_size": \#(size)}"#.utf8).write(to: URL(filePath: file))
        }
        var environment = ["HOME": scratch + "/h"]
        #expect(try Configuration.load(environment: environment).batchSize == 1)
        environment["KERAS_HOME"] = scratch + "/k"
        #expect(try Configuration.load(environment: environment).batchSize == 2)
        environment["IBEX_CONFIG"] = named
        #expect(try Configuration.load(environment: environment).batchSize == 3)
        environment["IBEX_CONFIG"] = scratch + "/none"
        expectError(.configuration, at: "IBEX_CONFIG", found: scratch + "/none") {
            _ = try Configuration.load(environment: environment)
        }
        environment["IBEX_CONFIG"] = scratch
        expectError(.configuration, at: scratch, expected: "readable") {
            _ = try Configuration.load(environment: environment)
        }
        #expect(try Configuration.load(environment: ["HOME": scratch]).batchSize == 32)
    }
}
