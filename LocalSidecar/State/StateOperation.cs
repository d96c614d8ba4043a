using LocalSidecar.Json;

namespace LocalSidecar.State;

/// <summary>One write of a request. The key stands in <see cref="StateRequest.Keys"/>, the value in the body that goes with the request.</summary>
internal struct StateOperation
{
    public bool Delete;
    public int KeyAt;
    public int KeyLength;
    public int ValueAt;

    /// <summary>0 when the request names no value: <c>null</c> is stored, or nothing at all where the value is raw.</summary>
    public int ValueLength;

    /// <summary>The value is bytes that come back as they are; else it is JSON, which comes back re-encoded.</summary>
    public bool IsRaw;
    public int TimeToLiveSeconds;
    public bool FirstWrite;
    public string? Etag;

    /// <summary>What the store says against the operation itself, whatever it holds.</summary>
    public string? Problem;
}

/// <summary>The writes of one request, read from its body. Reused.</summary>
internal sealed class StateRequest
{
    public List<StateOperation> Operations { get; } = [];

    public ByteBuffer Keys { get; } = new(1024);

    public ReadOnlySpan<byte> KeyOf(in StateOperation operation) => Keys.Written.Slice(operation.KeyAt, operation.KeyLength);

    public void Clear()
    {
        Operations.Clear();
        Keys.Clear();
    }
}
