import IbexGraph

/// What turns an op into work for this backend; ops conform in the file of their family.
package protocol CPULowering: Op {
    func lower(_ site: CPUSite) throws -> CPULaunch
}

/// The base address of each of a program's buffers, by number.
typealias CPUBuffers = UnsafePointer<UnsafeMutableRawPointer>

/// One step, ready to run: everything that it needs was allocated when the program was prepared.
package struct CPULaunch {
    let run: (CPUBuffers) -> Void
    init(_ run: @escaping (CPUBuffers) -> Void) { self.run = run }
}

/// Where a step stands: its operands, the buffers around it, the threads that it may use.
package struct CPUSite {
    let inputs: [Program.Operand]
    let outputs: [Program.Operand]
    let buffers: [Program.Buffer]
    let pool: ThreadPool
    let device: Device

    /// The same place for a part of the step's work.
    func with(inputs: [Program.Operand], outputs: [Program.Operand]) -> CPUSite {
        CPUSite(inputs: inputs, outputs: outputs, buffers: buffers, pool: pool, device: device)
    }

    /// Whether two buffers may share memory while the step runs.
    func overlap(_ a: Int, _ b: Int) -> Bool {
        if a == b { return true }
        guard case .temporary(let arenaA, let startA) = buffers[a].home,
            case .temporary(let arenaB, let startB) = buffers[b].home
        else { return buffers[a].home == buffers[b].home }
        return arenaA == arenaB && startA < startB + buffers[b].byteCount && startB < startA + buffers[a].byteCount
    }

    /// Memory that the step keeps between runs.
    func scratch(_ byteCount: Int) throws(IbexError) -> CPUStorage {
        try CPUStorage(byteCount: byteCount, device: device)
    }
}
