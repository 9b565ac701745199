import Glibc
import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

/// What layers and losses take from the configuration.
@Suite struct ConfigurationLayerTests {
    @Test func newLayersFollow() throws {
        let before = Dense(3)
        try withConfiguration {
            try Configuration.setFloatx(.float64)
            Configuration.setImageDataFormat(.channelsFirst)
            #expect(Dense(3).dtype == .float64)
            #expect(Dense(3).config["dtype"] == DTypePolicy.float64.serialized)
            #expect(Flatten().dataFormat == .channelsFirst)
            #expect(Flatten(dataFormat: .channelsLast).dataFormat == .channelsLast)
            #expect(Conv2D(3, kernelSize: 3).config["data_format"] == "channels_first")
            try Configuration.setDTypePolicy(.float32)
            #expect(Dense(3).dtype == .float32)
            #expect(try Dense(config: ["units": 3, "dtype": "float64"]).dtype == .float64)
        }
        #expect(before.dtype == (try Configuration.current.floatx))
    }

    /// Keras 3's wrapping, Keras 2's, and the bare name of early versions.
    @Test(
        arguments: [
            ["class_name": "DTypePolicy", "config": ["name": "float64"]],
            ["class_name": "Policy", "config": ["name": "float64"]], "float64",
        ] as [ConfigValue])
    func policiesAsFilesHaveThem(value: ConfigValue) throws {
        #expect(try DTypePolicy(config: value) == .float64)
        #expect(try Dense(config: ["units": 3, "dtype": value]).dtype == .float64)
        #expect(try DTypePolicy(config: DTypePolicy.mixedFloat16.serialized) == .mixedFloat16)
    }

    @Test func policiesThatCannotBe() {
        expectError(
            .configuration, at: "Dense, key dtype", found: "mixed_float16", expected: "float32", remedy: "half"
        ) { _ = try Dense(config: ["units": 3, "dtype": DTypePolicy.mixedFloat16.serialized]) }
        expectError(.name, at: "DTypePolicy", found: "float23", expected: "float32") {
            _ = try Dense(config: ["units": 3, "dtype": "float23"])
        }
        expectError(.argument, at: "DTypePolicy", found: "7") {
            _ = try Dense(config: ["units": 3, "dtype": 7])
        }
    }

    /// -ln ε for a class of probability zero; |1 - 0| / max(|0|, ε) in percent.
    @Test(arguments: ["cpu", "opencl"]) func lossesTakeEpsilon(device: String) throws {
        try PlainKernels.withDevice(device) {
            let (y, p) = (Tensor([[0, 1] as [Double]]), Tensor([[1, 0] as [Double]]))
            for epsilon in [1e-7, 1e-3] {
                try withConfiguration {
                    try Configuration.setEpsilon(epsilon)
                    let entropy = try Loss.categoricalCrossentropy(y, p).item(as: Double.self)
                    #expect(abs(entropy + log(epsilon)) < 1e-6)
                }
            }
        }
    }
}
