import IbexGraph

/// Maps of more numbers than the caches of a core hold, on CPU devices.
extension FusedKernel {
    /// Elements of a streamed loop that are made together: 256 bytes of floats.
    private static let elementsAtOnce = 64
    /// From so many elements on, values come from memory beyond the caches of a core.
    private static let streamed = 1 << 20

    /// Whether loops over the space ask for memory ahead: processors by themselves fetch too late what is only written.
    func isStreamed(_ space: IterationSpace) -> Bool {
        space.elementCount >= Self.streamed && space.inner >= Self.elementsAtOnce && isWide(space)
            && operands.count + results.count <= Self.arraysPerLoop
    }

    /// Whether a result of a streamed loop goes to memory past the caches: where memory is what is waited for, and the result
    /// does not lie where an operand does, which is in a cache by then.
    private func passesCaches(_ result: Int) -> Bool {
        results[result].dtype == .float32 && op.domain.elementCount * 4 >= OpenCLRecorder.passingBytes
            && operands.indices.allSatisfy { self.result(sharedBy: $0) != result }
            && !op.body.instructions.contains {
                if case .apply(let function) = $0.code { function.isTranscendental } else { false }
            }
    }

    /// A loop from `begin` to `end` that makes some of the results.
    ///
    /// - Parameter element: the statements that make the element at a position and store it where it goes.
    func streamedLoop(
        _ space: IterationSpace, making made: [Int], _ element: (_ position: String, _ place: Place) -> [String]
    ) -> [String] {
        let count = Self.elementsAtOnce
        let passing = made.filter(passesCaches)
        var lines = ["for (long b = begin; b < end; b += \(count)) {"]
        lines += prefetches(made, space) + ["const long edge = min(b + \(count), end);"]
        if !passing.isEmpty {
            let places = passing.map { "(ulong)(z\($0) + b)" }.joined(separator: " | ")
            lines.append("if (edge - b == \(count) && ((\(places)) & 63) == 0) {")
            lines += passing.map { "float m\($0)[\(count)];" }
            lines += loop(space, from: "b", to: "b + \(count)")
            lines += element("i") { passing.contains($0) ? ("m\($0)", "i - b") : ("z\($0)", "i") } + ["}"]
            lines += passing.map {
                "for (int l = 0; l < \(count); l += 16) STREAM(vload16(0, m\($0) + l), z\($0) + b + l);"
            }
            lines.append("} else")
        }
        return lines + loop(space, from: "b", to: "edge") + element("i") { ("z\($0)", "i") } + ["}", "}"]
    }

    /// What stands behind all streamed loops of a work-item: what went past the caches must be there when others look.
    func streamingEnd(_ space: IterationSpace) -> [String] {
        isStreamed(space) && results.indices.contains(where: passesCaches) ? ["mem_fence(CLK_GLOBAL_MEM_FENCE);"] : []
    }

    /// Statements that ask for the memory of the next elements from `b` on: what is written now, what is read soon.
    private func prefetches(_ made: [Int], _ space: IterationSpace) -> [String] {
        let read = operands.indices.filter { operand in
            space.strides[operand].allSatisfy { $0 != 0 } && result(sharedBy: operand) == nil
        }
        func each(_ dtype: DType, _ statement: String) -> String {
            "for (long l = b; l < b + \(Self.elementsAtOnce); l += \(64 / dtype.byteCount)) \(statement)"
        }
        return made.filter { !passesCaches($0) }.map { each(results[$0].dtype, "PREFETCH_WRITE(z\($0) + l);") }
            + read.map { each(operands[$0].dtype, "PREFETCH(x\($0) + l + 1024);") }
    }
}
