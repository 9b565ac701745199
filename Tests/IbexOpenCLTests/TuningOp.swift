import IbexGraph
import IbexOpenCL

/// Twice the input, by candidates of which some are wrong.
struct Twice: TunableLowering {
    enum Way: String, TuningCandidate {
        /// Right, with one launch or two.
        case once, again
        /// Three times the input; everything but the last element; nothing at all.
        case tripled, cut, silent

        var name: String { rawValue }
    }

    let ways: [Way]

    static let key = TuningKey(family: "twice", shapeClass: "float32")

    func resultTypes(_ inputs: [TensorType]) throws(IbexError) -> [TensorType] { inputs }

    func lower(_ step: Program.Step, to recorder: inout OpenCLRecorder) throws {
        let count = step.inputs[0].type.shape.elementCount
        let key = TuningKey(family: Twice.key.family, shapeClass: "float32 \(count)")
        let way = recorder.choose(key, work: 1, from: ways)
        let launches = way == .silent ? 0 : way == .again ? 2 : 1
        let source = KernelSource(
            """
            __kernel void NAME(__global const float *x, __global float *y)
            { y[get_global_id(0)] = \(way == .tripled ? 3 : 2) * x[get_global_id(0)]; }

            """)
        for _ in 0..<launches {
            recorder.launch(
                source, [.buffer(.program(step.inputs[0].buffer)), .buffer(.program(step.outputs[0].buffer))],
                global: LaunchSize(way == .cut ? count - 1 : count))
        }
    }

    func exactElement(_ index: Int, of inputs: [TuningOperand]) throws -> (value: Double, magnitude: Double) {
        (2 * inputs[0].numbers[index], abs(2 * inputs[0].numbers[index]))
    }
}
