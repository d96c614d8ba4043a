using System.Threading.Channels;

namespace JobOrchestrator.Waiting;

/// <summary>
/// Wakes one reader, who looks then for what there is: however often and by however many it was set, he is woken once, and one who comes
/// later is not made to wait.
/// </summary>
internal sealed class Signal
{
    private readonly Channel<bool> _set = Channel.CreateBounded<bool>(1);

    /// <summary>Wakes the reader; nothing where it is set already.</summary>
    public void Set() => _set.Writer.TryWrite(true);

    /// <summary>Waits until it is set, and takes it back. For one reader at a time.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken) => await _set.Reader.ReadAsync(cancellationToken);
}
