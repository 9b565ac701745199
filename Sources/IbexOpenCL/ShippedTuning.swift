/// The choices that travel with Ibex, where a shape's best tile is not what the rule of its family says.
enum ShippedTuning {
    /// Rows for PoCL by lanes of the hardware's float vectors.
    private static let pocl: [Int: [TuningKey: String]] = [
        16: [
            // The weights' gradient of mlp-784's hidden layer: a sum so short that packing counts. 7 to 15 %.
            TuningKey(family: "matmul_cpu", shapeClass: "float32 tn 1x784x784x128"): "4x3x16 256x240x192 packed",
            // cnn-32-64's hidden layer: too few rows for copies of them to pay. 30 %.
            TuningKey(family: "matmul_cpu", shapeClass: "float32 nn 1x128x128x9216"): "8x2x16 256x256x192",
        ]
    ]

    static func winners(for info: OpenCLDeviceInfo) -> [TuningKey: String] {
        info.isPoCL && info.device.kind == .cpu ? pocl[info.nativeFloatWidth] ?? [:] : [:]
    }
}
