import IbexGraph
import IbexRuntime
import IbexTestSupport
import Testing

@Suite struct ConfigurationBackendTests {
    func device(
        backend: BackendChoice? = nil, device: DeviceSpecification? = nil, environment: [String: String] = [:],
        file: String = "{}"
    ) throws -> DeviceSpecification {
        var arguments = Configuration.Arguments()
        arguments.backend = backend
        arguments.device = device
        let file = try KerasFile(text: file, path: "/k/keras.json")
        return try Configuration(arguments: arguments, environment: environment, file: file).device
    }

    @Test func aBackendAloneNamesItsFirstDevice() throws {
        #expect(try device(environment: ["IBEX_BACKEND": "cpu"]) == .cpu)
        #expect(try device(environment: ["IBEX_BACKEND": "opencl"]) == .openCL(.any))
        #expect(try device(environment: ["IBEX_BACKEND": "auto"]) == .auto)
        #expect(try device(backend: .cpu) == .cpu)
        #expect(try device(file: #"{"backend": "cpu"}"#) == .cpu)
    }

    @Test func theEnvironmentStandsOverTheFile() throws {
        #expect(try device(environment: ["IBEX_BACKEND": "cpu"], file: #"{"backend": "opencl"}"#) == .cpu)
        #expect(try device(environment: ["IBEX_DEVICE": "cpu"], file: #"{"device": "opencl:1"}"#) == .cpu)
    }

    @Test func anArgumentStandsOverBoth() throws {
        let environment = ["IBEX_BACKEND": "opencl"]
        #expect(try device(device: .cpu, environment: environment, file: #"{"device": "opencl:1"}"#) == .cpu)
        #expect(try device(backend: .cpu, environment: environment) == .cpu)
    }

    @Test func autoContradictsNothing() throws {
        #expect(try device(environment: ["IBEX_BACKEND": "auto", "IBEX_DEVICE": "opencl:1"]) == .openCL(.number(1)))
        #expect(try device(environment: ["IBEX_BACKEND": "cpu", "IBEX_DEVICE": "auto"]) == .cpu)
        #expect(try device(environment: ["IBEX_DEVICE": "cpu"], file: #"{"backend": "jax"}"#) == .cpu)
    }

    @Test func bothSourcesOfAContradictionAreNamed() {
        expectError(
            .configuration, at: "IBEX_BACKEND and /k/keras.json, key \"device\"",
            found: "the backend cpu and the device opencl:1"
        ) {
            _ = try device(environment: ["IBEX_BACKEND": "cpu"], file: #"{"device": "opencl:1"}"#)
        }
        expectError(
            .configuration, at: "/k/keras.json, key \"backend\" and IBEX_DEVICE", found: "opencl and the device cpu"
        ) {
            _ = try device(environment: ["IBEX_DEVICE": "cpu"], file: #"{"backend": "opencl"}"#)
        }
        expectError(.configuration, at: "the argument backend and the argument device", remedy: "one of the two") {
            _ = try device(backend: .openCL, device: .reference)
        }
    }
}
