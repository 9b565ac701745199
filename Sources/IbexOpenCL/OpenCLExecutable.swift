import IbexGraph
import Synchronization

/// A program recorded as a flat list of launches: running it sets the arguments that changed and enqueues the list.
package final class OpenCLExecutable: Executable {
    package let launchCount: Int
    package let temporaryBytes: Int

    private let context: OpenCLContext
    let launches: [OpenCLLaunch]
    /// Where each input, and after them each output, stands among the launches' arguments.
    private let places: [[Place]]
    private let inputCount: Int
    /// The numbers of the storages that the arguments name now, inputs before outputs; the storages themselves are not
    /// held, so that whoever asks sees who else uses them.
    private let bound: Mutex<[UInt64]>
    /// Arenas and constants: kept alive as long as launches name them.
    private let kept: [OpenCLBuffer]

    private struct Place {
        let launch: Int
        let argument: Int
    }

    init(
        _ program: Program, _ recorder: OpenCLRecorder, _ library: OpenCLLibrary, _ context: OpenCLContext
    ) throws {
        try library.build(recorder.launches.map(\.source))
        var memory = try OpenCLProgramMemory(program, recorder, context)
        var launches: [OpenCLLaunch] = []
        inputCount = program.inputTypes.count
        var places = [[Place]](repeating: [], count: inputCount + program.outputTypes.count)

        for recorded in recorder.launches {
            let kernel = try library.kernel(recorded.source)
            for (index, argument) in recorded.arguments.enumerated() {
                let reference: BufferReference
                switch argument {
                case .buffer(let named): reference = named
                case .table(let numbers):
                    try kernel.set(index, memory.table(numbers))
                    continue
                default:
                    try kernel.set(index, argument)
                    continue
                }
                switch try memory.resolve(reference) {
                case .buffer(let buffer): try kernel.set(index, buffer)
                case .input(let number): places[number].append(Place(launch: launches.count, argument: index))
                case .output(let number):
                    places[inputCount + number].append(Place(launch: launches.count, argument: index))
                }
            }
            launches.append(OpenCLLaunch(kernel, global: recorded.global, local: recorded.local, note: recorded.note))
        }
        self.context = context
        self.launches = launches
        self.places = places
        launchCount = launches.count
        temporaryBytes = memory.temporaryBytes
        kept = memory.kept
        bound = Mutex([UInt64](repeating: 0, count: places.count))
    }

    package func run(inputs: [any Storage], outputs: [any Storage]) throws {
        precondition(
            inputs.count == inputCount && outputs.count == places.count - inputCount,
            "run: found \(inputs.count) inputs and \(outputs.count) outputs; expected \(inputCount) and "
                + "\(places.count - inputCount)")
        try bound.withLock { bound in
            for (number, storage) in inputs.enumerated() { try bind(storage, number, &bound) }
            for (number, storage) in outputs.enumerated() { try bind(storage, inputCount + number, &bound) }
            try context.enqueue(launches)
        }
    }

    private func bind(_ storage: any Storage, _ number: Int, _ bound: inout [UInt64]) throws {
        let storage = try OpenCLStorage.of(storage, on: context)
        guard bound[number] != storage.number else { return }
        for place in places[number] { try launches[place.launch].kernel.set(place.argument, storage.buffer) }
        bound[number] = storage.number
    }
}

/// The device memory behind a program's buffers while its launches are recorded.
private struct OpenCLProgramMemory {
    enum Resolved {
        case buffer(OpenCLBuffer)
        case input(Int)
        case output(Int)
    }

    private(set) var kept: [OpenCLBuffer] = []
    let temporaryBytes: Int

    private let program: Program
    private let context: OpenCLContext
    private let arenas: [OpenCLBuffer]
    private let scratch: OpenCLBuffer?
    private let zeros: OpenCLBuffer?
    private var parts: [BufferReference: OpenCLBuffer] = [:]

    init(_ program: Program, _ recorder: OpenCLRecorder, _ context: OpenCLContext) throws {
        self.program = program
        self.context = context
        let sizes = program.arenas + (recorder.scratchBytes > 0 ? [recorder.scratchBytes] : [])
        let shared = try context.arenas.arenas(of: sizes) { try OpenCLBuffer(context, byteCount: $0) }
        arenas = Array(shared.prefix(program.arenas.count))
        scratch = recorder.scratchBytes > 0 ? shared.last : nil
        zeros = recorder.zeroBytes > 0 ? try OpenCLBuffer(context, byteCount: recorder.zeroBytes) : nil
        if let zeros { try [UInt8](repeating: 0, count: recorder.zeroBytes).withUnsafeBytes { try zeros.write($0) } }
        temporaryBytes = program.arenas.reduce(0, +) + recorder.scratchBytes + recorder.zeroBytes
        kept = arenas + [scratch, zeros].compactMap { $0 }
    }

    /// A buffer that holds numbers known now.
    mutating func table(_ numbers: [Int64]) throws -> OpenCLBuffer {
        let buffer = try OpenCLBuffer(context, byteCount: numbers.count * 8)
        try numbers.withUnsafeBytes { try buffer.write($0) }
        kept.append(buffer)
        return buffer
    }

    mutating func resolve(_ reference: BufferReference) throws -> Resolved {
        if let part = parts[reference] { return .buffer(part) }
        let part: OpenCLBuffer
        switch reference {
        case .zeros: part = zeros!
        case .scratch(let offset, let byteCount):
            part = try OpenCLBuffer(part: scratch!, offset: offset, byteCount: byteCount)
        case .program(let index):
            let buffer = program.buffers[index]
            switch buffer.home {
            case .input(let number): return .input(number)
            case .output(let number): return .output(number)
            case .temporary(let arena, let offset):
                part = try OpenCLBuffer(part: arenas[arena], offset: offset, byteCount: buffer.byteCount)
            case .constant(let data):
                part = try OpenCLBuffer(context, byteCount: buffer.byteCount)
                try data.bytes.withUnsafeBytes { try part.write($0) }
            }
        }
        parts[reference] = part
        kept.append(part)
        return .buffer(part)
    }
}

extension OpenCLKernel {
    /// Sets an argument that is no buffer.
    func set(_ index: Int, _ argument: KernelArgument) throws {
        switch argument {
        case .buffer, .table: preconditionFailure("a buffer argument is set from its storage")
        case .byte(let value): try set(index, value: value)
        case .short(let value): try set(index, value: value)
        case .int(let value): try set(index, value: value)
        case .long(let value): try set(index, value: value)
        case .float(let value): try set(index, value: value)
        case .double(let value): try set(index, value: value)
        case .structure(_, let words): try words.withUnsafeBytes { try set(index, bytes: $0) }
        }
    }
}
