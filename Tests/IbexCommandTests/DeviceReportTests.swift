import IbexGraph
import Testing

@testable import IbexCommand

@Suite struct DeviceReportTests {
    let cpu = DeviceReport.Entry(
        device: Device(
            id: "cpu", name: "OpenBLAS", vendor: "Ibex", kind: .cpu, memory: 8 << 30, largestBuffer: 8 << 30,
            computeUnits: 2, dtypes: [.float32, .float64]), platform: "Ibex")
    let gpu = DeviceReport.Entry(
        device: Device(
            id: "opencl:1:0", name: "H200", vendor: "NVIDIA", kind: .gpu, memory: 3 << 40, largestBuffer: 1536 << 20,
            computeUnits: 132, dtypes: [.float32]), platform: "NVIDIA CUDA")

    @Test func listsMarksAndExplains() {
        let text = DeviceReport(
            entries: [cpu, gpu], chosen: gpu.device, reason: "the default says auto", openCLFailure: nil
        ).text
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines[1].contains("   cpu         cpu   OpenBLAS  Ibex         8.0 GiB"))
        #expect(lines[2].contains("*  opencl:1:0  gpu   H200      NVIDIA CUDA  3.0 TiB  1.5 GiB         132"))
        #expect(lines[4] == "Chosen: opencl:1:0, since the default says auto.")
        #expect(!text.contains("No OpenCL platform"))
        #expect(lines.allSatisfy { !$0.hasSuffix(" ") })
    }

    @Test func withoutOpenCLItSaysWhatToInstall() {
        let text = DeviceReport(entries: [cpu], chosen: cpu.device, reason: "x", openCLFailure: nil).text
        #expect(text.contains("No OpenCL platform is installed"))
        #expect(text.contains("pocl-opencl-icd"))
    }

    @Test func failuresAreTold() {
        let text = DeviceReport(
            entries: [cpu], chosen: nil, reason: "IBEX_DEVICE: found the device \"gpu\"",
            openCLFailure: "a driver fails"
        ).text
        #expect(text.contains("None is chosen: IBEX_DEVICE"))
        #expect(text.contains("could not be listed: a driver fails"))
        #expect(!text.contains("Install your GPU's driver"))
    }

    @Test(arguments: [(0, ""), (512, "512 B"), (1536, "1.5 KiB"), (48 << 10, "48.0 KiB"), (16_777_215, "16.0 MiB")])
    func sizes(bytes: Int, text: String) { #expect(DeviceReport.size(bytes) == text) }
}
