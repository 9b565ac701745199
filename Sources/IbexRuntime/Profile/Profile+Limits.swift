import IbexGraph

extension Profile.Limits {
    /// Measures the device for a moment: bytes per second by doubling 16 million numbers, operations per second by a product
    /// of two matrices of 1024 by 1024, the best of five runs each. What a kernel of this engine does is the limit, not
    /// what the device's maker says.
    ///
    /// - Throws: `IbexError` where memory or the device fails, or cannot measure.
    public static func measured(on device: Device) throws -> Profile.Limits {
        let copied = try best(on: device, Tensor.fill(1, [1 << 24], .float32)) { $0 * 2 }
        let multiplied = try best(on: device, Tensor.fill(1, [1024, 1024], .float32)) { $0.matmul($0) }
        return Profile.Limits(
            bytesPerSecond: Double(copied.bytes) / copied.seconds,
            operationsPerSecond: multiplied.operations / multiplied.seconds)
    }

    /// The fastest of five runs, the first of which warms up.
    private static func best(
        on device: Device, _ x: Tensor, _ body: @escaping (Tensor) -> Tensor
    ) throws -> (seconds: Double, bytes: Int, operations: Double) {
        try withDevice(device) {
            let program = try TracedProgram(device: device, inputTypes: [x.type]) { [body($0[0])] }
            let input = try (x + 0).storage(on: device)
            let output = try program.backend.makeStorage(byteCount: program.outputTypes[0].byteCount)
            let profile = try Profile(on: device, steps: 6) { try program.run(inputs: [input], outputs: [output]) }
            let runs = profile.runs.dropFirst(profile.runs.count / 6)
            guard let run = runs.min(by: { $0.seconds < $1.seconds }) else {
                throw IbexError(
                    .device, at: "limits of \(device.id)", found: "no kernel", expected: "a kernel to measure")
            }
            return (max(run.seconds, 1e-9), run.note.byteCount, run.note.operationCount)
        }
    }
}
