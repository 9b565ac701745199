import CIbexOpenCL
import FoundationEssentials
import Glibc
import IbexGraph

/// One OpenCL device, as its driver describes it.
// Unchecked: handles of platforms and devices are immutable and live as long as the process.
package struct OpenCLDeviceInfo: @unchecked Sendable {
    let handle: cl_device_id
    package let platformIndex: Int
    package let deviceIndex: Int
    package let platformName: String
    package let driverVersion: String
    package let version: String
    package let extensions: Set<String>
    /// Local memory of one work-group, in bytes.
    package let localMemory: Int
    package let largestWorkGroup: Int
    /// Lanes of the widest float vector that the hardware computes at once.
    package let nativeFloatWidth: Int
    /// How sub-buffers must be aligned, in bytes.
    package let alignment: Int
    package let device: Device

    package var isPoCL: Bool { platformName.contains("Portable Computing Language") }
    package var isNVIDIA: Bool { platformName.contains("NVIDIA") }
}

package enum OpenCLPlatforms {
    /// Every device of every platform, in the drivers' order, platforms that appear twice taken once. Empty where no
    /// platform is installed.
    ///
    /// A device's name is `opencl:P:D`: the platform's place in the loader's list and the device's place in it.
    ///
    /// - Throws: `IbexError` of kind `device` where the loader or a driver fails.
    package static func devices() throws -> [OpenCLDeviceInfo] { try found.get() }

    /// Asked once: while a loader starts up, a second thread that asks may be told that there are no platforms.
    private static let found = Result { try enumerate() }

    private static func enumerate() throws -> [OpenCLDeviceInfo] {
        applyThreadSettings
        var count: cl_uint = 0
        let code = clGetPlatformIDs(0, nil, &count)
        if code == platformNotFound || count == 0 && code == CL_SUCCESS { return [] }
        try check(code, "clGetPlatformIDs")
        var platforms = [cl_platform_id?](repeating: nil, count: Int(count))
        try check(clGetPlatformIDs(count, &platforms, nil), "clGetPlatformIDs")

        var found: [OpenCLDeviceInfo] = []
        var seen: Set<[String]> = []
        for (index, platform) in platforms.enumerated() {
            guard let platform else { continue }
            let name = try platformText(platform, cl_platform_info(CL_PLATFORM_NAME))
            let version = try platformText(platform, cl_platform_info(CL_PLATFORM_VERSION))
            let devices = try handles(of: platform).enumerated().map {
                try describe($1, named: "opencl:\(index):\($0)", platform: name, at: (index, $0))
            }
            guard seen.insert([name, version] + devices.map { $0.device.name + $0.driverVersion }).inserted else {
                continue
            }
            found += devices
        }
        return found
    }

    private static let platformNotFound: cl_int = -1001

    /// PoCL reads variables of its own at the first OpenCL call. `IBEX_NUM_THREADS` limits its threads too; where it may
    /// take every processor, each thread keeps to one: left to itself, Linux wakes several on the same processor and
    /// parts them only after some milliseconds. Variables that are set already stay.
    private static let applyThreadSettings: Void = {
        let process = ProcessInfo.processInfo
        if let text = process.environment["IBEX_NUM_THREADS"], let limit = Int(text), limit > 0 {
            setenv("POCL_MAX_PTHREAD_COUNT", String(limit), 0)
            setenv("POCL_CPU_MAX_CU_COUNT", String(limit), 0)
        } else if process.activeProcessorCount == process.processorCount {
            setenv("POCL_AFFINITY", "1", 0)
        }
    }()

    private static func handles(of platform: cl_platform_id) throws -> [cl_device_id] {
        var count: cl_uint = 0
        let code = clGetDeviceIDs(platform, cl_device_type(CL_DEVICE_TYPE_ALL), 0, nil, &count)
        if code == CL_DEVICE_NOT_FOUND || code == CL_SUCCESS && count == 0 { return [] }
        try check(code, "clGetDeviceIDs")
        var devices = [cl_device_id?](repeating: nil, count: Int(count))
        try check(clGetDeviceIDs(platform, cl_device_type(CL_DEVICE_TYPE_ALL), count, &devices, nil), "clGetDeviceIDs")
        return devices.compactMap { $0 }
    }

    private static func describe(
        _ device: cl_device_id, named id: String, platform: String, at place: (platform: Int, device: Int)
    ) throws -> OpenCLDeviceInfo {
        let extensions = Set(try text(device, CL_DEVICE_EXTENSIONS).split(separator: " ").map(String.init))
        let type: cl_device_type = try value(device, CL_DEVICE_TYPE)
        let kind: DeviceKind =
            type & cl_device_type(CL_DEVICE_TYPE_GPU) != 0
            ? .gpu : type & cl_device_type(CL_DEVICE_TYPE_CPU) != 0 ? .cpu : .accelerator
        var dtypes: Set<DType> = [.bool, .uint8, .int32, .int64, .float32]
        if extensions.contains("cl_khr_fp64") { dtypes.insert(.float64) }
        let bits: cl_uint = try value(device, CL_DEVICE_MEM_BASE_ADDR_ALIGN)
        let memory: cl_ulong = try value(device, CL_DEVICE_GLOBAL_MEM_SIZE)
        let largest: cl_ulong = try value(device, CL_DEVICE_MAX_MEM_ALLOC_SIZE)
        let units: cl_uint = try value(device, CL_DEVICE_MAX_COMPUTE_UNITS)
        let local: cl_ulong = try value(device, CL_DEVICE_LOCAL_MEM_SIZE)
        let group: Int = try value(device, CL_DEVICE_MAX_WORK_GROUP_SIZE)
        let width: cl_uint = try value(device, CL_DEVICE_NATIVE_VECTOR_WIDTH_FLOAT)
        return OpenCLDeviceInfo(
            handle: device, platformIndex: place.platform, deviceIndex: place.device, platformName: platform,
            driverVersion: try text(device, CL_DRIVER_VERSION), version: try text(device, CL_DEVICE_VERSION),
            extensions: extensions, localMemory: Int(local), largestWorkGroup: group,
            nativeFloatWidth: Int(width), alignment: max(Int(bits) / 8, 64),
            device: Device(
                id: id, name: try text(device, CL_DEVICE_NAME), vendor: try text(device, CL_DEVICE_VENDOR), kind: kind,
                memory: Int(memory), largestBuffer: Int(largest), computeUnits: Int(units), dtypes: dtypes))
    }

    private static func platformText(_ platform: cl_platform_id, _ key: cl_platform_info) throws -> String {
        var size = 0
        try check(clGetPlatformInfo(platform, key, 0, nil, &size), "clGetPlatformInfo")
        var bytes = [UInt8](repeating: 0, count: size)
        try check(clGetPlatformInfo(platform, key, size, &bytes, nil), "clGetPlatformInfo")
        return trimmed(bytes)
    }

    private static func text(_ device: cl_device_id, _ key: Int32) throws -> String {
        var size = 0
        try check(clGetDeviceInfo(device, cl_device_info(key), 0, nil, &size), "clGetDeviceInfo")
        var bytes = [UInt8](repeating: 0, count: size)
        try check(clGetDeviceInfo(device, cl_device_info(key), size, &bytes, nil), "clGetDeviceInfo")
        return trimmed(bytes)
    }

    private static func value<T: FixedWidthInteger>(_ device: cl_device_id, _ key: Int32) throws -> T {
        var value: T = 0
        try check(clGetDeviceInfo(device, cl_device_info(key), MemoryLayout<T>.size, &value, nil), "clGetDeviceInfo")
        return value
    }

    private static func trimmed(_ bytes: [UInt8]) -> String {
        let text = Substring(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self).drop(while: \.isWhitespace)
        return String(text.reversed().drop(while: \.isWhitespace).reversed())
    }
}
