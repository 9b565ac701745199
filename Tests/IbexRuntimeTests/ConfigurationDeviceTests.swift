import IbexGraph
import IbexRuntime
import IbexTestSupport
import Testing

@Suite struct ConfigurationDeviceTests {
    @Test(arguments: [
        ("auto", DeviceSpecification.auto),
        ("cpu", .cpu),
        ("CPU", .cpu),
        ("reference", .reference),
        ("opencl", .openCL(.any)),
        ("OpenCL:GPU", .openCL(.kind(.gpu))),
        ("opencl:cpu", .openCL(.kind(.cpu))),
        ("opencl:accelerator", .openCL(.kind(.accelerator))),
        ("opencl:1", .openCL(.number(1))),
        ("opencl:0:1", .openCL(.platform(0, device: 1))),
        ("opencl:nvidia", .openCL(.name("nvidia"))),
        ("opencl:NVIDIA H200", .openCL(.name("nvidia h200"))),
    ])
    func reads(text: String, expected: DeviceSpecification) throws {
        let device = try DeviceSpecification(text)
        #expect(device == expected)
        #expect(try DeviceSpecification(device.description) == device)
    }

    @Test(arguments: [
        "", " ", "gpu", "cuda", "cpu:0", "auto:1", "reference:1", "opencl:", "opencl: ", "opencl::1", "opencl:0:",
        "opencl:0:x",
        "opencl:x:0", "opencl:0:1:2", "opencl:-1", "opencl:99999999999999999999",
    ])
    func refuses(text: String) {
        expectError(
            .configuration, at: "IBEX_DEVICE", found: "\"\(text)\"", expected: "opencl:0:1", remedy: "ibex devices"
        ) {
            _ = try DeviceSpecification(text, source: "IBEX_DEVICE")
        }
    }

    @Test(arguments: ["0", "12"]) func aBareNumberIsNone(text: String) {
        expectError(.configuration, found: "\"\(text)\"", remedy: "write opencl:\(text)") {
            _ = try DeviceSpecification(text)
        }
    }
}
