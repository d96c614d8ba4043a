using JobOrchestrator.Shards;
using JobOrchestrator.Simulation.Oracles;

namespace JobOrchestrator.Simulation;

/// <summary>
/// Reads the feed by any replica, page by page: from now on, from the oldest, or once more from a place that it has remembered. Its pauses
/// are now and then long, so that what comes next is no longer kept.
/// </summary>
internal sealed class Reader
{
    private const int PageMost = 40;
    private static readonly TimeSpan WaitMost = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Spare = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PauseLeast = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan PauseMost = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan TryAgainMost = TimeSpan.FromSeconds(2);

    private readonly Scene _scene;
    private readonly Lane _lane;
    private readonly Client _client;
    private readonly Dice _dice;
    private readonly FeedFilter _filter;
    private FeedStart _start;
    private string? _cursor;
    private string? _mark;

    public Reader(Scene scene, Lane lane)
    {
        _scene = scene;
        _lane = lane;
        _client = new Client(scene, lane);
        _dice = scene.World.Dice($"work/{lane.Name}");
        _filter = _dice.Below(4) switch
        {
            0 => new FeedFilter(Owner: $"owner-{_dice.Below(Caller.Owners)}"),
            1 => new FeedFilter(Queue: _dice.Pick(scene.Swarm.Queues)),
            _ => new FeedFilter(),
        };
        Begin();
    }

    /// <summary>It has come to the end.</summary>
    public bool IsDone => _lane.Loops.Count == 0;

    public void Start() => _lane.Begin("a reader", RunAsync);

    private void Begin()
    {
        _start = _dice.Below(2) == 0 ? FeedStart.Now : FeedStart.Oldest;
        _cursor = _start == FeedStart.Now ? null : Feed.Oldest;
    }

    /// <summary>Goes on until all is over and it has come to the end.</summary>
    private async Task RunAsync()
    {
        bool isEnd = false;
        while (!(_scene.IsOver && isEnd))
        {
            bool wasOver = _scene.IsOver;
            if (_mark is not null && !_scene.Faults.IsCalm && _dice.Below(12) == 0)
            {
                (_start, _cursor) = (FeedStart.Mark, _mark);
            }

            isEnd = await ReadAsync() && wasOver;
            if (!_scene.IsOver)
            {
                await Task.Delay(_dice.LogUniform(PauseLeast, PauseMost), _lane.Clock);
            }
        }
    }

    /// <summary>One page; true: there are no more.</summary>
    private async Task<bool> ReadAsync()
    {
        string? after = _cursor;
        int limit = 1 + _dice.Below(PageMost);
        TimeSpan wait = _scene.IsOver || _dice.Below(2) == 0 ? TimeSpan.Zero : _dice.LogUniform(PauseLeast, WaitMost);
        (long step, long order) = (_scene.World.Trace.Count, _scene.History.Order);
        (Answer answer, FeedPage? page) = await _client.AskAsync(
            new Call(Verb.Feed, _lane.Name),
            (shards, token) => shards.ReadFeedAsync(after, _filter, limit, wait, token),
            _ => new Answer(AnswerKind.Found),
            wait + Spare);
        if (page is null && answer.Kind != AnswerKind.Expired)
        {
            await Task.Delay(_dice.Between(PauseLeast, TryAgainMost), _lane.Clock);
            return false;
        }

        IReadOnlyList<FeedEvent> events = page?.Events ?? [];
        int? mark = page is not null && _dice.Below(6) == 0 ? events.Count - _dice.Below(Math.Max(1, events.Count)) : null;
        bool isEnd = page is not null && events.Count == 0 && page.Cursor == after;
        _scene.Judges.FeedRead(new FeedAnswer(
            _lane.Name,
            _start,
            [.. events.Select(item => EventName.Of(item.CloudEvent))],
            IsExpired: page is null,
            isEnd,
            _filter.Owner,
            _filter.Queue,
            step,
            order,
            _scene.World.Trace.Count,
            _scene.World.Now,
            mark));
        if (page is null)
        {
            Begin();
            return false;
        }

        // The place behind an event is remembered, or the page's where there is none.
        _mark = mark is { } behind ? (behind == 0 ? page.Cursor : events[behind - 1].Cursor) : _mark;
        (_start, _cursor) = (FeedStart.GoesOn, page.Cursor);
        return isEnd;
    }
}
