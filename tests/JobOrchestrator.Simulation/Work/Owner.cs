using JobOrchestrator.Sdk;
using JobOrchestrator.Simulation.Oracles;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace JobOrchestrator.Simulation;

/// <summary>
/// An owner of jobs over all its lives: the SDK's inbox with what the broker brings, and the SDK's reader of the feed. It dies now and
/// then, and begins again with what is on its disk.
/// </summary>
internal sealed class Owner
{
    private const int LinesLostMost = 5;
    private static readonly TimeSpan Soonest = TimeSpan.FromMicroseconds(10);
    private static readonly TimeSpan Latest = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan AwayLeast = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan AwayMost = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan HandlingMost = TimeSpan.FromMilliseconds(100);

    private readonly Scene _scene;
    private readonly Dice _dice;
    private readonly OwnerDisk _disk = new();
    private readonly HashSet<(Guid Job, long Sequence)> _unwritten = []; // handled, and not on the disk yet
    private readonly bool _handsOnRepeats;
    private int _lives;
    private Life? _life;

    public Owner(Scene scene, int number)
    {
        _scene = scene;
        Name = $"owner-{number}";
        _dice = scene.World.Dice($"work/{Name}");
        _handsOnRepeats = _dice.Below(2) == 0;
        Mail = new OwnerMail(scene, this, _dice);
    }

    /// <summary>As jobs name it.</summary>
    public string Name { get; }

    /// <summary>What the broker has for it.</summary>
    public OwnerMail Mail { get; }

    /// <summary>The process of its present life; null: it does not run.</summary>
    public Lane? Lane => _life?.Lane;

    /// <summary>It has read the feed to its end since all was over, and the broker has nothing more for it.</summary>
    public bool IsDone(DateTimeOffset over) => Mail.IsEmpty && _life?.Feed.CaughtUpAt > over && _life.Held.Description is null;

    /// <summary>What its process has in its memory, and should not have once all is over.</summary>
    public IEnumerable<MemorySize> Sizes => _life is { } life ? [new(life.Lane.Name, "jobs in hand", life.Inbox.JobsInHand, 0)] : [];

    /// <summary>Begins a new life, with new objects.</summary>
    public void Start()
    {
        Lane lane = _scene.World.NewLane($"{Name}#{++_lives}");
        var events = new JobEventsOptions
        {
            Owner = Name,
            HandOnRepeats = _handsOnRepeats,
            CatchUpInterval = _scene.Swarm.CatchUpInterval,

            // Handlers fail by chance here, and no event is to blame.
            HandlerTries = 1_000,
        };
        var client = new JobClientOptions { Jitter = _scene.World.Dice($"lane/{lane.Name}").Unit };
        var options = new OptionsWrapper<JobEventsOptions>(events);
        var held = new HeldEvents(events.HandlerTries, lane.Clock, client.Jitter);
        var setAside = new SetAsideEvents();
        var inbox = new JobEventInbox(
            [new JobEventHandlerRegistration((_, jobEvent, _) => HandleAsync(lane, jobEvent))],
            new OwnerMemory(lane, _disk, _dice, (job, sequence) => _unwritten.Remove((job, sequence))),
            held, setAside, new Scopes(), options, lane.Clock, Log<JobEventInbox>(lane));
        var http = new HttpMessageInvoker(new FeedSite(_scene, lane));
        var feed = new FeedReader(
            inbox, held, setAside, new JobApi(() => http, client, null, lane.Clock, Log<JobApi>(lane)), options, Log<FeedReader>(lane));
        _life = new Life(lane, inbox, held, setAside, feed, options);
        lane.Begin("the feed", () => feed.RunAsync(CancellationToken.None));
        lane.Begin("what handlers failed at", () => new EventRetries(inbox, held, lane.Clock).RunAsync(CancellationToken.None));
    }

    /// <summary>In its lane: what the sidecar brings; true: it need not come again.</summary>
    public async Task<bool> DeliverAsync(byte[] cloudEvent)
    {
        Life life = _life!;
        var http = new DefaultHttpContext();
        http.Request.ContentType = "application/cloudevents+json";
        http.Request.Body = new MemoryStream(cloudEvent);
        IResult result = await JobEventsEndpoints.DeliverAsync(
            http.Request, life.Inbox, life.SetAside, life.Options, life.Lane.Clock, Log<JobEvent>(life.Lane), CancellationToken.None);
        return result is IStatusCodeHttpResult { StatusCode: { } status }
            ? status == StatusCodes.Status200OK
            : throw new InvalidOperationException($"{Name} has dropped an event.");
    }

    /// <summary>Something comes to it: the moment in which it may die.</summary>
    public void Meet()
    {
        if (Lane is not { IsDead: false } lane)
        {
            return;
        }

        if ((_scene.Faults.Meet(FaultKind.OwnerPowerCut, lane) ?? _scene.Faults.Meet(FaultKind.OwnerKill, lane)) is { } strike)
        {
            TimeSpan away = strike.Dice.LogUniform(AwayLeast, AwayMost);
            TimeSpan after = strike.Dice.LogUniform(Soonest, Latest);
            _scene.World.In(after, null, StepKind.World, strike.Kind.ToString(), () => Die(strike, lane, away));
        }
    }

    /// <summary>It is over, whatever it does.</summary>
    public void End()
    {
        if (_life?.Lane is { } lane)
        {
            lane.Kill();
            _scene.Judges.Leave(lane);
        }
    }

    private void Die(Strike strike, Lane lane, TimeSpan away)
    {
        if (_life?.Lane != lane)
        {
            return;
        }

        _scene.World.Note(lane, strike.Line($"{strike.Kind}, away for {away.TotalSeconds:0.0} s"));
        End();
        _life = null;
        IEnumerable<(Guid Job, long Sequence)> forgotten = _unwritten;
        if (strike.Kind == FaultKind.OwnerPowerCut)
        {
            forgotten = forgotten.Concat(_disk.Lose(strike.Dice.Below(LinesLostMost + 1), strike.Dice.Below(2) == 0));
        }

        foreach ((Guid job, long sequence) in forgotten)
        {
            _scene.History.Forgot(Name, job, sequence);
        }

        _unwritten.Clear();
        _scene.World.In(away, null, StepKind.World, "start", Start);
    }

    private async Task HandleAsync(Lane lane, JobEvent jobEvent)
    {
        await Task.Delay(_dice.LogUniform(Soonest, HandlingMost), lane.Clock);
        if (_scene.Faults.Meet(FaultKind.HandlerThrows, lane) is { } strike)
        {
            _scene.World.Note(lane, strike.Line($"the handler throws for event {jobEvent.Id}"));
            throw new InvalidOperationException("The handler failed.");
        }

        var job = Guid.Parse(jobEvent.JobId);
        bool asNew = jobEvent.Delivery != JobEventDelivery.Repeat;
        if (asNew)
        {
            _unwritten.Add((job, jobEvent.Sequence));
        }

        _scene.Judges.Handled(Name, job, jobEvent.Sequence, asNew);
    }

    private static SimLog<T> Log<T>(Lane lane) => new(lane, (_, _) => { });

    private sealed record Life(
        Lane Lane, JobEventInbox Inbox, HeldEvents Held, SetAsideEvents SetAside, FeedReader Feed, IOptions<JobEventsOptions> Options);
}
