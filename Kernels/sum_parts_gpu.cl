// Second pass of a tiled product whose sum was cut: out[i] = epilogue(parts[0, i] + parts[1, i] + ...), in ascending
// order.
//
// Layout: parts [count, size], out [size]; size is items x rows x columns. One work-item per element.
// Macros: NAME, REAL, EPILOGUE(v, row, col, item), EPILOGUE_PARAMETERS, OUT, PUT (see matmul_cpu.cl).
// Global size: size.

__kernel void NAME(
    __global const REAL *restrict parts, __global OUT *restrict out, const long size, const int count, const int rows,
    const int columns EPILOGUE_PARAMETERS)
{
    const long element = get_global_id(0);
    if (element >= size) return;
    REAL sum = 0;
    for (int part = 0; part < count; part++) sum += parts[part * size + element];
    const int col = element % columns, row = element / columns % rows, item = element / columns / rows;
    PUT(out, element, EPILOGUE(sum, row, col, item));
}
