using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace JobOrchestrator.Core;

/// <summary>
/// Stands for a key whose job has ended: the first 128 bits of SHA-256, in place of three strings. Among a thousand million keys at one
/// time the chance that any two are the same is 1 in 10^21. Nor can anybody make one that meets another owner's: the owner is hashed too,
/// so a given hash has to be met, which takes 2^128 tries.
/// </summary>
/// <param name="High">The first half.</param>
/// <param name="Low">The second half.</param>
public readonly record struct KeyHash(ulong High, ulong Low)
{
    // Longer ones are hashed in a buffer of their own; names have bounds, so few are.
    private const int BufferBytes = 1_024;

    /// <summary>The hash of a unique key.</summary>
    internal static KeyHash OfUnique(OwnedKey key) => Of('u', key);

    /// <summary>The hash of an idempotency key.</summary>
    internal static KeyHash OfIdempotency(OwnedKey key) => Of('i', key);

    private static KeyHash Of(char kind, OwnedKey key)
    {
        // The lengths in front, so that no two keys are written alike; no owner has one that no text has.
        int bytes = 2 * sizeof(int) + sizeof(char) * (1 + key.Queue.Length + (key.Owner?.Length ?? 0) + key.Key.Length);
        Span<byte> buffer = bytes <= BufferBytes ? stackalloc byte[BufferBytes] : new byte[bytes];
        BinaryPrimitives.WriteInt32LittleEndian(buffer, key.Queue.Length);
        BinaryPrimitives.WriteInt32LittleEndian(buffer[sizeof(int)..], key.Owner?.Length ?? -1);
        Span<byte> rest = buffer[(2 * sizeof(int))..];
        Write([kind], ref rest);
        Write(key.Queue, ref rest);
        Write(key.Owner, ref rest);
        Write(key.Key, ref rest);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(buffer[..bytes], hash);
        return new KeyHash(BinaryPrimitives.ReadUInt64LittleEndian(hash), BinaryPrimitives.ReadUInt64LittleEndian(hash[sizeof(ulong)..]));
    }

    private static void Write(ReadOnlySpan<char> text, ref Span<byte> to)
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(text);
        bytes.CopyTo(to);
        to = to[bytes.Length..];
    }
}
