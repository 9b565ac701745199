import IbexGraph

/// One question's op with operands of its own on the device: runs any candidate and checks what it computed.
final class TuningTrial {
    private let backend: OpenCLBackend
    private let program: Program
    private let op: any TunableLowering
    private let inputs: [TuningOperand]
    private let inputStorages: [any Storage]
    private let output: any Storage

    /// `nil` where the op cannot be checked, or computes in a type that is not.
    init?(_ question: TuningQuestion, _ backend: OpenCLBackend) throws {
        guard let (program, op) = try question.program(),
            (program.inputTypes + program.outputTypes).allSatisfy({ [.float32, .float64].contains($0.dtype) })
        else { return nil }
        self.backend = backend
        self.program = program
        self.op = op
        inputs = program.inputTypes.enumerated().map { place, type in
            TuningOperand(type: type, numbers: Self.numbers(type.shape.elementCount, seed: UInt64(place)))
        }
        inputStorages = try inputs.map { input in
            let storage = try backend.makeStorage(byteCount: input.type.byteCount)
            try Self.bytes(input.numbers, input.type.dtype).withUnsafeBytes { try backend.write($0, to: storage) }
            return storage
        }
        output = try backend.makeStorage(byteCount: program.outputTypes[0].byteCount)
    }

    /// Numbers between -1 and 1 that float32 holds exactly.
    private static func numbers(_ count: Int, seed: UInt64) -> [Double] {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(Int(state >> 48) - 32_768) / 32_768
        }
    }

    private static func bytes(_ numbers: [Double], _ dtype: DType) -> [UInt8] {
        dtype == .float64
            ? numbers.withUnsafeBytes { Array($0) } : numbers.map { Float($0) }.withUnsafeBytes { Array($0) }
    }

    /// Makes the candidate ready and the result unlike any; what comes back runs it once and waits.
    func prepare(_ key: TuningKey, _ candidate: String) throws -> () throws -> Void {
        let type = program.outputTypes[0]
        let spoiled = Self.bytes([Double](repeating: .nan, count: type.shape.elementCount), type.dtype)
        try spoiled.withUnsafeBytes { try backend.write($0, to: output) }
        let executable = try backend.prepare(program, choices: [key: candidate])
        return { [backend, inputStorages, output] in
            try executable.run(inputs: inputStorages, outputs: [output])
            try backend.synchronize()
        }
    }

    /// What is wrong with the result of the last run: elements all over are computed again on the host in double
    /// precision, and none may be left unwritten.
    func flaw(samples: Int) throws -> String? {
        let type = program.outputTypes[0]
        let got = try result(type)
        if let place = got.firstIndex(where: \.isNaN) { return "element \(place) is NaN" }
        let tolerance = type.dtype == .float64 ? 1e-12 : 1e-5
        var state: UInt64 = 1
        for sample in 0..<min(samples, got.count) {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let place = sample == 0 ? 0 : sample == 1 ? got.count - 1 : Int(state >> 33) % got.count
            let (want, magnitude) = try op.exactElement(place, of: inputs)
            if !(abs(got[place] - want) <= tolerance * magnitude) {
                return "element \(place) is \(got[place]), not \(want)"
            }
        }
        return nil
    }

    private func result(_ type: TensorType) throws -> [Double] {
        var bytes = [UInt8](repeating: 0, count: type.byteCount)
        try bytes.withUnsafeMutableBytes { try backend.read(output, into: $0) }
        return bytes.withUnsafeBytes { raw in
            type.dtype == .float64
                ? Array(raw.bindMemory(to: Double.self)) : raw.bindMemory(to: Float.self).map { Double($0) }
        }
    }
}
