using System.Threading.Channels;

namespace JobOrchestrator.Waiting;

/// <summary>So many places: whoever takes one while none is free waits, in the order of arrival.</summary>
internal sealed class Slots
{
    private readonly Channel<bool> _free;

    /// <param name="count">How many, from 1.</param>
    public Slots(int count)
    {
        _free = Channel.CreateBounded<bool>(count);
        for (int i = 0; i < count; i++)
        {
            _free.Writer.TryWrite(true);
        }
    }

    /// <summary>How many are free at this moment.</summary>
    public int Free => _free.Reader.Count;

    /// <summary>Takes a free one; false when there is none.</summary>
    public bool TryTake() => _free.Reader.TryRead(out _);

    /// <summary>Takes one, once it is free.</summary>
    public async Task TakeAsync(CancellationToken cancellationToken) => await _free.Reader.ReadAsync(cancellationToken);

    /// <summary>Waits until one is free, and takes none: another may be quicker.</summary>
    public async Task WaitForFreeAsync(CancellationToken cancellationToken) => await _free.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>Gives one back.</summary>
    /// <exception cref="InvalidOperationException">None was taken.</exception>
    public void Release()
    {
        if (!_free.Writer.TryWrite(true))
        {
            throw new InvalidOperationException("More places were given back than there are.");
        }
    }
}
