using System.Collections.Concurrent;
using System.Diagnostics;
using TestSupport;

namespace JobOrchestrator.Shards.Tests;

/// <summary>
/// One thread on which all of a test goes on, and a clock that moves when there is nothing else to do: what leaves it is found out, for it
/// comes back from elsewhere or not at all.
/// </summary>
internal sealed class Lane : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _ready = [];
    private readonly ConcurrentQueue<string> _escapes = [];
    private readonly Thread _thread;

    private Lane(Thread thread) => _thread = thread;

    public ManualTimeProvider Clock { get; } = new();

    /// <summary>Runs a test's body.</summary>
    public static void Run(Func<Lane, Task> body)
    {
        Exception? failure = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    var lane = new Lane(Thread.CurrentThread);
                    SetSynchronizationContext(lane);
                    lane.RunToItsEnd(body(lane));
                }
                catch (Exception exception)
                {
                    failure = exception;
                }
            },
            16 << 20);
        thread.Start();
        thread.Join();
        Assert.Null(failure);
    }

    /// <summary>To be asked wherever the code under test calls out.</summary>
    public void RequireHere()
    {
        if (Thread.CurrentThread != _thread || Current != this)
        {
            _escapes.Enqueue($"called from elsewhere:{Environment.NewLine}{new StackTrace()}");
        }
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (Thread.CurrentThread != _thread)
        {
            _escapes.Enqueue($"came back from elsewhere: {Name(state)}{Environment.NewLine}{new StackTrace()}");
            return;
        }

        _ready.Enqueue((d, state));
    }

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("It would block.");

    private static string? Name(object? state) =>
        state is Delegate { Target: { } target } ? target.GetType().ToString() : state?.ToString();

    private void RunToItsEnd(Task body)
    {
        while (!body.IsCompleted)
        {
            if (_ready.TryDequeue(out (SendOrPostCallback Callback, object? State) next))
            {
                next.Callback(next.State);
            }
            else if (!Clock.AdvanceToNextTimer())
            {
                // Time for what has left to come back and say what it is.
                Thread.Sleep(200);
                Assert.Fail($"It waits for something elsewhere. {string.Join(Environment.NewLine, _escapes)}");
            }

            Assert.True(_escapes.IsEmpty, string.Join(Environment.NewLine, _escapes));
        }

        body.GetAwaiter().GetResult();
    }
}
