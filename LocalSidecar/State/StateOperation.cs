using LocalSidecar.Json;
using Microsoft.Extensions.ObjectPool;

namespace LocalSidecar.State;

/// <summary>
/// One write of a request. The key stands in <see cref="StateRequest.Keys"/>, the value in the body that goes with the request.
/// </summary>
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

/// <summary>The writes of one request, with their keys. Reused.</summary>
internal sealed class StateRequest
{
    // What a large request grew is not kept for small ones.
    private const int KeptBytes = 1 << 20;

    private static readonly DefaultObjectPool<StateRequest> Pool = new(new Policy());

    public List<StateOperation> Operations { get; } = [];

    public ByteBuffer Keys { get; } = new(1024);

    /// <summary>The values, when they are not read where they lie in a body.</summary>
    public ByteBuffer Values { get; private set; } = new();

    /// <summary>An empty request, to be given back by <see cref="Return"/>.</summary>
    public static StateRequest Rent() => Pool.Get();

    public void Return() => Pool.Return(this);

    public ReadOnlySpan<byte> KeyOf(in StateOperation operation) => Keys.Written.Slice(operation.KeyAt, operation.KeyLength);

    private sealed class Policy : PooledObjectPolicy<StateRequest>
    {
        public override StateRequest Create() => new();

        public override bool Return(StateRequest obj)
        {
            obj.Operations.Clear();
            obj.Keys.Clear();
            obj.Values.Clear();
            if (obj.Values.Capacity > KeptBytes)
            {
                obj.Values = new ByteBuffer();
            }

            return true;
        }
    }
}
