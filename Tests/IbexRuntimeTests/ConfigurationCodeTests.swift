import IbexGraph
import IbexRuntime
import IbexTestSupport
import Testing

/// What is set in code. Each test sets inside `withConfiguration`, so that no other sees it.
@Suite struct ConfigurationCodeTests {
    @Test func setsAndReads() throws {
        let outside = try Configuration.current
        try withConfiguration {
            try Configuration.setFloatx(.float64)
            try Configuration.setEpsilon(1e-5)
            Configuration.setImageDataFormat(.channelsFirst)
            #expect(Configuration.floatx() == .float64)
            #expect(Configuration.epsilon() == 1e-5)
            #expect(Configuration.imageDataFormat() == .channelsFirst)
            let current = try Configuration.current
            #expect(current.floatx == .float64 && current.epsilon == 1e-5 && current.imageDataFormat == .channelsFirst)
            #expect(current.batchSize == outside.batchSize)
            withConfiguration { Configuration.setImageDataFormat(.channelsLast) }
            #expect(Configuration.imageDataFormat() == .channelsFirst)
        }
        #expect(try Configuration.current == outside)
    }

    /// The environment and keras.json stand under what is set, arguments over it.
    @Test func codeStandsOverTheSurroundings() throws {
        try withConfiguration {
            try Configuration.setFloatx(.float64)
            try Configuration.setFloatx(.float32)
            let surroundings = try Configuration(
                environment: ["IBEX_FLOATX": "float64", "IBEX_BATCH_SIZE": "7"],
                file: KerasFile(text: #"{"epsilon": 0.5}"#, path: "/k/keras.json"))
            #expect(surroundings.withSettings.floatx == .float32)
            #expect(surroundings.withSettings.epsilon == 0.5)
            #expect(surroundings.withSettings.batchSize == 7)
            #expect(castToFloatx(Tensor([1.0, 2.0])).dtype == .float32)
            try Configuration.setFloatx(.float64)
            let tensor = castToFloatx(Tensor([1, 2] as [Int32]))
            #expect(tensor.dtype == .float64)
            #expect(try tensor.scalars(as: Double.self) == [1, 2])
        }
    }

    @Test func badValuesChangeNothing() {
        withConfiguration {
            for dtype in [DType.float16, .bfloat16, .int32] {
                expectError(.configuration, at: "setFloatx", found: dtype.rawValue, expected: "float32 or float64") {
                    try Configuration.setFloatx(dtype)
                }
            }
            for epsilon in [0, -1, .nan, .infinity] {
                expectError(.configuration, at: "setEpsilon", found: "\(epsilon)", expected: "above 0") {
                    try Configuration.setEpsilon(epsilon)
                }
            }
            #expect(Configuration.floatx() != .float16 && Configuration.epsilon() > 0)
        }
    }

    @Test func scopesOfOtherTasksAreTheirOwn() async throws {
        let dtypes = await withTaskGroup(of: Bool.self) { group in
            for index in 0..<16 {
                group.addTask {
                    withConfiguration {
                        let dtype: DType = index % 2 == 0 ? .float32 : .float64
                        try? Configuration.setFloatx(dtype)
                        return (0..<100).allSatisfy { _ in Configuration.floatx() == dtype }
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(dtypes == [Bool](repeating: true, count: 16))
    }

    @Test func theBackend() throws {
        #expect(try withDevice(.cpu) { try Configuration.backend() } == .cpu)
        #expect(try withDevice("opencl") { try Configuration.backend() } == .openCL)
    }

    @Test func policies() throws {
        for (name, compute, variables) in [
            ("float32", DType.float32, DType.float32), ("float64", .float64, .float64), ("float16", .float16, .float16),
            ("bfloat16", .bfloat16, .bfloat16), ("mixed_float16", .float16, .float32),
            ("mixed_bfloat16", .bfloat16, .float32),
        ] {
            let policy = try DTypePolicy(name)
            #expect(policy.name == name && policy.computeDType == compute && policy.variableDType == variables)
        }
        expectError(.name, at: "DTypePolicy", found: "\"mixed_float8\"", expected: "mixed_float16") {
            _ = try DTypePolicy("mixed_float8")
        }
    }

    @Test func thePolicyOfLayers() throws {
        try withConfiguration {
            try Configuration.setFloatx(.float64)
            #expect(Configuration.dtypePolicy() == .float64)
            try Configuration.setDTypePolicy("float32")
            #expect(Configuration.dtypePolicy() == .float32)
            #expect(Configuration.floatx() == .float64)
            for name in ["mixed_float16", "mixed_bfloat16", "float16", "bfloat16"] {
                expectError(
                    .configuration, at: "setDTypePolicy", found: "\"\(name)\"", expected: "\"float32\" or \"float64\"",
                    remedy: "No device computes in half precision yet"
                ) { try Configuration.setDTypePolicy(name) }
            }
            expectError(.configuration, at: "setDTypePolicy", found: "int32") {
                try Configuration.setDTypePolicy("int32")
            }
            #expect(Configuration.dtypePolicy() == .float32)
        }
    }

    /// A device without double precision says so, before its driver does.
    @Test func aDeviceWithoutDoublePrecision() throws {
        let backend = NullBackend(dtypes: [.float32, .int32, .uint8, .bool, .int64])
        try DeviceRegistry.$substitute.withValue(backend) {
            try withDevice(backend.device) {
                expectError(.device, at: "null", found: "float64", expected: "no double precision", remedy: "floatx") {
                    try Tensor.evaluate([Tensor([1.0, 2.0]).exp()])
                }
                expectError(.device, at: "null", found: "float64", remedy: "withDevice(.cpu)") {
                    try Tensor.evaluate([Tensor([1, 2] as [Float]).cast(to: .float64).exp().cast(to: .float32)])
                }
                try Tensor.evaluate([Tensor([1, 2] as [Float]).exp()])
            }
        }
    }
}
