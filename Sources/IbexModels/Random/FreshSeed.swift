import IbexRuntime

/// A seed for one object, drawn from the process's or the scope's: the same sequence after `setRandomSeed`.
func freshSeed() -> UInt64 {
    // The last word keeps these draws apart from those of tensors under the same seed.
    let words = Philox.block(Philox.Words(UInt64(RandomState.nextDraw()), 0, 0, 0x5EED), seed: RandomState.seed)
    return words.a << 32 | words.b
}
