import IbexRuntime

/// A seed for one object, drawn from the process's or the scope's: the same sequence after `setRandomSeed`.
func freshSeed() -> UInt64 {
    let seed = RandomState.seed
    // The last word keeps these draws apart from those of tensors under the same seed.
    let words = Philox.block(
        (RandomState.nextDraw(), 0, 0, 0x5EED),
        key: (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)))
    return UInt64(words.0) << 32 | UInt64(words.1)
}
