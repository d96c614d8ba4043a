using System.Runtime.InteropServices;

namespace LocalSidecar.State;

/// <summary>New ETags: random version 4 UUIDs, from a generator in memory, since the kernel's costs a call each.</summary>
internal static class EtagSource
{
    public static Guid Next()
    {
        Span<byte> bytes = stackalloc byte[16];
        Random.Shared.NextBytes(bytes);
        bytes[7] = (byte)((bytes[7] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return MemoryMarshal.Read<Guid>(bytes);
    }
}
