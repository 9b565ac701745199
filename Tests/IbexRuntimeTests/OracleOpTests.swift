import IbexGraph
import IbexRuntime
import IbexTestSupport
import Testing

/// Keras's operators, forward and by gradient, on every backend.
@Suite(.serialized)
struct OracleOpTests {
    @Test(arguments: [("ops_math", 249), ("ops_shape", 72)], TestBackend.allCases)
    func agreesWithKeras(family: (name: String, cases: Int), backend: TestBackend) throws {
        let device = try backend.device
        try PlainKernels.withDevice(backend == .openCL ? "opencl" : device.id) {
            var computed: [(oracle: OracleCase, roles: [String])] = []
            var tensors: [Tensor] = []
            for oracle in try OracleCatalogue.shared().cases(family: family.name) {
                guard let body = OracleOp.named[oracle.name],
                    let (results, roles) = try Self.trace(oracle, on: backend, body)
                else {
                    Issue.record("nothing computes \(oracle.id)")
                    continue
                }
                tensors += results
                computed.append((oracle, roles))
            }
            #expect(computed.count == family.cases)
            print("\(backend.rawValue), \(family.name): \(computed.count) of \(family.cases) cases")
            var values = try tensors.evaluated(on: device)[...]
            for (oracle, roles) in computed {
                let tolerance = try oracle.tolerance()
                for role in roles {
                    guard let got = values.popFirst() else { break }
                    let want = try oracle.values(role)
                    // Keras's integer types vary with the operator; the numbers count.
                    let type = want.dtype.isInteger && got.dtype.isInteger ? want.dtype : got.dtype
                    expectClose(got.cast(to: type), want, tolerance, "\(backend.rawValue), \(oracle.id), \(role)")
                }
            }
        }
    }

    /// The tensors of a case's outputs and gradients, with the role of each.
    private static func trace(
        _ oracle: OracleCase, on backend: TestBackend, _ body: (OracleOp.Call) -> [Tensor]?
    ) throws -> ([Tensor], [String])? {
        var values: [String: Values] = [:]
        for role in oracle.roles("input.") { values[String(role.dropFirst(6))] = try oracle.values(role) }
        let inputs = try values.mapValues { try backend.tensors([$0])[0] }
        let call = OracleOp.Call(tensors: inputs, values: values, config: oracle.config)
        guard let outputs = body(call) else { return nil }
        var roles = outputs.indices.map { "output.\($0)" }
        var results = outputs
        let gradientRoles = oracle.roles("grad.input.")
        let sources = gradientRoles.compactMap { inputs[String($0.dropFirst(11))] }
        if !sources.isEmpty {
            let weighted = outputs.indices.filter { oracle.has("upstream.\($0)") }
            let upstreams = try weighted.map { try backend.tensors([oracle.values("upstream.\($0)")])[0] }
            let gradients = gradientsIfAny(
                of: weighted.map { outputs[$0] }, withRespectTo: sources, upstreams: upstreams)
            results += zip(gradients, sources).map { $0 ?? $1.filled(0) }
            roles += gradientRoles
        }
        return (results, roles)
    }
}
