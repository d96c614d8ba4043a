using JobOrchestrator.Shards;

namespace JobOrchestrator.Simulation;

/// <summary>One call between two processes.</summary>
internal sealed class Talk<T>
{
    private static readonly TimeSpan Noticed = TimeSpan.FromMilliseconds(1);

    private readonly TaskCompletionSource<T> _promise = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly World _world;
    private readonly Lane _from;
    private readonly string _label;
    private readonly Action<bool> _told;
    private readonly CancellationTokenRegistration _leaving;
    private Lane? _to;
    private CancellationTokenSource? _left;
    private bool _hasLeft;
    private bool _isOver;

    /// <param name="world">Where.</param>
    /// <param name="from">Who asks.</param>
    /// <param name="label">What, in the story.</param>
    /// <param name="told">Hears that the call has arrived (false) and that it has been served (true).</param>
    /// <param name="cancellationToken">The caller leaves.</param>
    public Talk(World world, Lane from, string label, Action<bool> told, CancellationToken cancellationToken)
    {
        _world = world;
        _from = from;
        _label = label;
        _told = told;
        _leaving = cancellationToken.UnsafeRegister(_ => Leave(cancellationToken), null);
    }

    /// <summary>What the caller hears.</summary>
    public Task<T> Answer => _promise.Task;

    /// <summary>The call is at the other end.</summary>
    /// <param name="lane">Where.</param>
    /// <param name="serve">What is done.</param>
    /// <param name="back">How long the answer takes; infinite: it never arrives.</param>
    public void Begin(Lane lane, Func<CancellationToken, Task<T>> serve, TimeSpan back)
    {
        _to = lane;
        lane.Killed += Break;
        lane.Take(new Ready(lane, _ => _ = ServeAsync(serve, back), null, StepKind.Begin, _label, _world.CurrentPriority, 0));
    }

    /// <summary>The caller hears how it ended.</summary>
    public void End(TimeSpan back, Action<TaskCompletionSource<T>> end)
    {
        if (_to is { } lane)
        {
            lane.Killed -= Break;
        }

        _isOver = true;
        if (back != Timeout.InfiniteTimeSpan)
        {
            _world.In(back, _from, StepKind.Answer, _label, () =>
            {
                _leaving.Dispose();
                end(_promise);
            });
        }
    }

    private void Break() => End(Noticed, promise => promise.TrySetException(new ConnectionException(isNotSent: false)));

    /// <summary>The connection is closed, which the other end notices.</summary>
    private void Leave(CancellationToken cancellationToken)
    {
        _promise.TrySetCanceled(cancellationToken);
        _world.In(Noticed, null, StepKind.Request, "left", () =>
        {
            if (_to is { } lane)
            {
                Notice(lane);
            }
            else
            {
                // It is noticed once the call is there.
                _hasLeft = true;
            }
        });
    }

    private void Notice(Lane lane)
    {
        if (!_isOver)
        {
            lane.Take(new Ready(
                lane,
                _ =>
                {
                    _hasLeft = true;
                    _left?.Cancel();
                },
                null,
                StepKind.Request,
                "left",
                _world.CurrentPriority,
                0));
        }
    }

    private async Task ServeAsync(Func<CancellationToken, Task<T>> serve, TimeSpan back)
    {
        using var left = new CancellationTokenSource();
        _left = left;
        if (_hasLeft)
        {
            left.Cancel();
        }

        _told(false);
        Serving.IsHere = true;
        try
        {
            T result = await serve(left.Token);
            _told(true);
            End(back, promise => promise.TrySetResult(result));
        }
        catch (Exception exception) when (IsAnAnswer(exception, left))
        {
            _told(true);
            End(back, promise => promise.TrySetException(exception));
        }
        catch (Exception exception)
        {
            _world.Fail(Oracles.OracleNames.Loops, $"{_label} of {_from.Name} is answered 500 by {_to?.Name}: {exception}");
        }

        _left = null;
    }

    private static bool IsAnAnswer(Exception exception, CancellationTokenSource left) =>
        exception is StoreUnavailableException or OutcomeUnknownException or TooBusyException or CursorExpiredException
        || (exception is OperationCanceledException && left.IsCancellationRequested);
}
