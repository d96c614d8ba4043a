using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// What commits are counted and measured by: fed by each commit once it is stored, so that nothing counts that is not there, and nothing
/// twice. Times are in seconds. Names of queues and types are labels as far as they are few; no job, owner or worker ever is one.
/// </summary>
internal sealed class Instruments : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "JobOrchestrator";

    private const string StaleLease = "stale-lease";
    private const string AlreadyFinished = "already-finished";
    private const string UnknownJob = "unknown-job";
    private const string NotStorable = "not-storable";

    private static readonly string[] Reasons = [StaleLease, AlreadyFinished, UnknownJob, NotStorable, QueueLabels.Other];

    private static readonly InstrumentAdvice<double> Waits = new()
    {
        HistogramBucketBoundaries = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600, 21_600, 86_400],
    };

    private static readonly InstrumentAdvice<double> Commits = new()
    {
        HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    };

    private static readonly InstrumentAdvice<long> Sizes = new()
    {
        HistogramBucketBoundaries = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000],
    };

    /// <summary>Nobody listens to these.</summary>
    public static Instruments Unheard { get; } = new(namesMax: 1);

    private readonly Counter<long> _submitted;
    private readonly Counter<long> _finished;
    private readonly Counter<long> _attempts;
    private readonly Histogram<double> _wait;
    private readonly Histogram<double> _run;
    private readonly Counter<long> _leasesLost;
    private readonly Counter<long> _reportsRefused;
    private readonly Histogram<double> _commitDuration;
    private readonly Histogram<long> _commitJobs;
    private readonly Counter<long> _commitConflicts;
    private readonly MessagingInstruments? _messaging;

    // Queues and types whose lines are there from their first job on, whatever becomes of it.
    private readonly ConcurrentDictionary<(object? Queue, object? Type), bool> _shown = [];
    private volatile bool _isShown;

    /// <param name="namesMax">How many queues, and how many types, are labels by their names.</param>
    /// <param name="messaging">With the instruments of OpenTelemetry's messaging conventions beside them.</param>
    public Instruments(int namesMax, bool messaging = false)
    {
        Meter = new Meter(MeterName);
        Labels = new QueueLabels(namesMax);
        _submitted = Meter.CreateCounter<long>("joborchestrator.jobs.submitted", "{job}", "Jobs that were accepted.");
        _finished = Meter.CreateCounter<long>(
            "joborchestrator.jobs.finished", "{job}", "Jobs that ended, by status: completed, failed or cancelled.");
        _attempts = Meter.CreateCounter<long>(
            "joborchestrator.attempts", "{attempt}", "Attempts that ended, by outcome, as the job's record names it.");
        _wait = Meter.CreateHistogram(
            "joborchestrator.job.wait", "s", "From when a job could be handed out until it was.", tags: null, advice: Waits);
        _run = Meter.CreateHistogram(
            "joborchestrator.job.run", "s", "From an attempt's begin to its end.", tags: null, advice: Waits);
        _leasesLost = Meter.CreateCounter<long>(
            "joborchestrator.lease.lost", "{lease}", "Leases that ran out because their worker was silent.");
        _reportsRefused = Meter.CreateCounter<long>(
            "joborchestrator.reports.refused", "{report}", "Workers' reports that were refused, by reason.");
        _commitDuration = Meter.CreateHistogram(
            "joborchestrator.commit.duration", "s", "How long a commit took until it was stored.", tags: null, advice: Commits);
        _commitJobs = Meter.CreateHistogram(
            "joborchestrator.commit.jobs", "{job}", "Jobs that one commit changed.", tags: null, advice: Sizes);
        _commitConflicts = Meter.CreateCounter<long>(
            "joborchestrator.commit.conflicts", "{commit}", "Commits that found their shard taken by another holder.");
        _messaging = messaging ? new MessagingInstruments(Meter, Labels) : null;
    }

    /// <summary>The meter, for what is measured when it is asked for.</summary>
    public Meter Meter { get; }

    /// <summary>Queues and types as labels.</summary>
    public QueueLabels Labels { get; }

    /// <summary>A commit is stored.</summary>
    /// <param name="changes">What it changed.</param>
    /// <param name="took">How long it took.</param>
    public void Stored(Changes changes, TimeSpan took)
    {
        if (!_isShown)
        {
            _isShown = true;
            ShowTroubles();
        }

        _commitDuration.Record(took.TotalSeconds);
        _commitJobs.Record(changes.Jobs.Count);
        if (_submitted.Enabled || _finished.Enabled || _attempts.Enabled || _wait.Enabled || _run.Enabled || _messaging is not null)
        {
            foreach (JobEvent happened in changes.Events)
            {
                Count(happened);
            }
        }
    }

    /// <summary>A commit found that the shard is another's.</summary>
    public void Conflicted() => _commitConflicts.Add(1);

    /// <summary>A worker's report was refused.</summary>
    public void ReportRefused(Refusal why) => _reportsRefused.Add(1, new KeyValuePair<string, object?>("reason", ReasonOf(why)));

    /// <summary>A command was answered with what is stored.</summary>
    /// <param name="command">The command.</param>
    /// <param name="took">Since it came into line.</param>
    public void Answered(Command command, TimeSpan took) => _messaging?.Answered(command, took);

    public void Dispose() => Meter.Dispose();

    private void Count(JobEvent happened)
    {
        Job job = happened.Job;
        (KeyValuePair<string, object?> queue, KeyValuePair<string, object?> type) = Labels.Of(job);
        if (AttemptTimes.EndedIn(happened) is { } ended)
        {
            CountEnd(ended, queue, type, job);
        }
        else if (AttemptTimes.BegunIn(happened) is { } begun)
        {
            _wait.Record(AttemptTimes.WaitOf(job, begun).TotalSeconds, queue, type);
            _messaging?.Consumed(job);
        }

        switch (happened.Kind)
        {
            case JobEventKind.Created:
                _submitted.Add(1, queue, type);
                Show(queue, type);
                _messaging?.Sent(job);
                break;
            case JobEventKind.Completed or JobEventKind.Failed or JobEventKind.Cancelled:
                _finished.Add(1, queue, type, new KeyValuePair<string, object?>("status", Words.Of(job.Status)));
                break;
        }
    }

    /// <summary>What has not happened yet is 0, not absent: a rate of what appears with its first one does not see that one.</summary>
    private void ShowTroubles()
    {
        _commitConflicts.Add(0);
        foreach (string reason in Reasons)
        {
            _reportsRefused.Add(0, new KeyValuePair<string, object?>("reason", reason));
        }
    }

    /// <summary>The same for a queue and a type.</summary>
    private void Show(KeyValuePair<string, object?> queue, KeyValuePair<string, object?> type)
    {
        if (!_shown.TryAdd((queue.Value, type.Value), true))
        {
            return;
        }

        _leasesLost.Add(0, queue, type);
        foreach (JobStatus ended in (JobStatus[])[JobStatus.Completed, JobStatus.Failed, JobStatus.Cancelled])
        {
            _finished.Add(0, queue, type, new KeyValuePair<string, object?>("status", Words.Of(ended)));
        }
    }

    private void CountEnd(Attempt ended, KeyValuePair<string, object?> queue, KeyValuePair<string, object?> type, Job job)
    {
        var outcome = new KeyValuePair<string, object?>("outcome", Words.Of(ended.Outcome!.Value));
        _attempts.Add(1, queue, type, outcome);
        if (ended.Outcome == AttemptOutcome.LeaseLost)
        {
            _leasesLost.Add(1, queue, type);
        }

        if (AttemptTimes.RunOf(ended) is { } ran)
        {
            _run.Record(ran.TotalSeconds, queue, type, outcome);
            _messaging?.Processed(job, ran);
        }
    }

    private static string ReasonOf(Refusal why) => why switch
    {
        Refusal.StaleLease => StaleLease,
        Refusal.AlreadyFinished => AlreadyFinished,
        Refusal.UnknownJob => UnknownJob,
        Refusal.NotStorable => NotStorable,
        _ => QueueLabels.Other,
    };
}
