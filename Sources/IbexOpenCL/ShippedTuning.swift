/// The choices that travel with Ibex, where a shape's best tile is not what the rule of its family says.
enum ShippedTuning {
    /// Rows for PoCL by lanes of the hardware's float vectors.
    private static let pocl: [Int: [TuningKey: String]] = [
        16: [:]
    ]

    static func winners(for info: OpenCLDeviceInfo) -> [TuningKey: String] {
        info.isPoCL && info.device.kind == .cpu ? pocl[info.nativeFloatWidth] ?? [:] : [:]
    }
}
