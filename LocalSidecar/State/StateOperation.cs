using LocalSidecar.Json;

namespace LocalSidecar.State;

/// <summary>One write of a request. The key stands in <see cref="StateRequest.Keys"/>, the value in the request's body.</summary>
internal struct StateOperation
{
    public bool Delete;
    public int KeyAt;
    public int KeyLength;
    public int ValueAt;

    /// <summary>0 when the request names no value: <c>null</c> is stored.</summary>
    public int ValueLength;
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
