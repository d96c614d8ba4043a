using LocalSidecar.Resources;

namespace LocalSidecar.PubSub;

/// <summary>The streams by which one app takes messages from topics now.</summary>
internal sealed class OpenStreams : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<SubscriptionDeclaration> _open = [];
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>One for each stream, in the order in which they were opened.</summary>
    public IReadOnlyList<SubscriptionDeclaration> Open
    {
        get
        {
            lock (_gate)
            {
                return [.. _open];
            }
        }
    }

    /// <summary>Ends when the sidecar stops: streams do not keep it.</summary>
    public CancellationToken Stopping => _stopping.Token;

    public void Add(SubscriptionDeclaration stream)
    {
        lock (_gate)
        {
            _open.Add(stream);
        }
    }

    public void Remove(SubscriptionDeclaration stream)
    {
        lock (_gate)
        {
            _open.RemoveAt(_open.FindIndex(one => ReferenceEquals(one, stream)));
        }
    }

    /// <summary>Ends all streams, those to come too.</summary>
    public Task StopAsync() => _stopping.CancelAsync();

    public void Dispose() => _stopping.Dispose();
}
