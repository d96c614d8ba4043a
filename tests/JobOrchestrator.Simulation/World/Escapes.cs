using System.Diagnostics;

namespace JobOrchestrator.Simulation;

/// <summary>Code of the world ran outside its lane.</summary>
internal sealed class EscapeException(string message) : Exception(message);

/// <summary>
/// Sees that nothing leaves the lanes: every seam asks it, every post does, and <see cref="PoolWatch"/> tells what goes to the pool.
/// </summary>
/// <param name="world">Whose lanes.</param>
internal sealed class Escapes(World world)
{
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private volatile EscapeException? _first;

    /// <summary>The first one that was seen; null: none.</summary>
    public EscapeException? First => _first;

    /// <summary>A seam is used: the current context has to be a lane on the world's thread.</summary>
    /// <param name="seam">Which one, for the message.</param>
    /// <exception cref="EscapeException">It is not.</exception>
    public void Check(string seam)
    {
        if (Environment.CurrentManagedThreadId != _thread || SynchronizationContext.Current is not Lane lane || lane.World != world)
        {
            throw Saw($"{seam} was used outside of a lane.");
        }
    }

    /// <summary>Something is posted to a lane: by the world's own thread, or it has been elsewhere.</summary>
    public bool IsInside => Environment.CurrentManagedThreadId == _thread;

    /// <summary>Remembers an escape with where it happened.</summary>
    public EscapeException Saw(string what)
    {
        var escape = new EscapeException($"{what}{Environment.NewLine}{new StackTrace(1)}");
        Interlocked.CompareExchange(ref _first, escape, null);
        return escape;
    }
}
