using System.CommandLine;
using System.Reflection;
using JobOrchestrator.Sdk;

namespace JobOrchestrator.Cli;

/// <summary><c>jobs doctor</c>: whether all is as it has to be, and what to do about what is not.</summary>
internal static class DoctorCommand
{
    private static readonly TimeSpan ClockMax = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ExpiryNear = TimeSpan.FromHours(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan SidecarPatience = TimeSpan.FromSeconds(3);

    // An event goes out within a second where all is well.
    private static readonly TimeSpan EventsMax = TimeSpan.FromMinutes(1);

    public static Command Build(Building build)
    {
        Option<bool> roundTrip = Building.Switch(
            "--round-trip", "Also submit a job that takes no time, and see it end and its events come.");
        return build.Command(
            "doctor",
            "Look whether all is well: orchestrator, store, sidecar, broker, clocks, key. Each line is ok, or says what to do.",
            [roundTrip],
            async (session, parsed, stopping) =>
            {
                var findings = new List<Finding>();
                foreach (Func<Session, CancellationToken, Task<IEnumerable<Finding>>> look in Looks(parsed.GetValue(roundTrip)))
                {
                    foreach (Finding found in await look(session, stopping))
                    {
                        findings.Add(found);
                        if (session.Results.Format is OutputFormat.Table or OutputFormat.Jsonl)
                        {
                            session.Results.Stream(found, FindingShape.Findings, FindingShape.Line);
                        }
                    }

                    if (findings.Exists(found => found.EndsIt))
                    {
                        break;
                    }
                }

                if (session.Results.Format is OutputFormat.Json or OutputFormat.Id)
                {
                    session.Results.Write(findings, FindingShape.Findings);
                }

                return findings.Exists(found => found.EndsIt) ? ExitCode.Away
                    : findings.TrueForAll(found => found.Ok != false) ? ExitCode.Done : ExitCode.NeedsPerson;
            });
    }

    private static IEnumerable<Func<Session, CancellationToken, Task<IEnumerable<Finding>>>> Looks(bool roundTrip)
    {
        yield return OrchestratorAsync;
        yield return KeyAsync;
        yield return SidecarAsync;
        yield return BrokerAsync;
        yield return roundTrip ? RoundTripAsync : static (_, _) => Task.FromResult<IEnumerable<Finding>>(
            [new Finding("round trip", null, "not tried", "jobs doctor --round-trip submits a job that takes no time")]);
    }

    private static async Task<IEnumerable<Finding>> OrchestratorAsync(Session session, CancellationToken stopping)
    {
        JobHealth health;
        try
        {
            health = await session.Probe.AskAsync(stopping);
        }
        catch (JobOrchestratorException exception)
        {
            return
            [
                new Finding(
                    "orchestrator", false, exception.Message, $"start it (./start.sh), or say where it is: {Settings.UrlVariable}, --url")
                { EndsIt = true },
            ];
        }

        string version = typeof(DoctorCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
            .InformationalVersion.Split('+')[0];
        List<Finding> findings =
        [
            health.Status == "ready"
                ? new Finding(
                    "orchestrator", true, $"{session.Probe.Address} is ready, answered in {health.Took.TotalMilliseconds:0} ms", null)
                : new Finding(
                    "orchestrator",
                    false,
                    $"{session.Probe.Address} is {health.Status}: {string.Join(' ', health.Reasons)}",
                    "look at its log, and at its sidecar's"),
            health.Transactions is { } transactions
                ? new Finding(
                    "store", true, $"{health.Shards} {(health.Shards == 1 ? "shard" : "shards")}; it {transactions} what it refuses", null)
                : new Finding("store", false, "not known yet what it does with a refused transaction", "is its sidecar ready?"),
            new Finding("this program", true, $"version {version}", null),
        ];
        if (health.ServerTime is { } time)
        {
            TimeSpan apart = (session.Screen.Now - (health.Took / 2) - time).Duration();
            findings.Add(apart <= ClockMax
                ? new Finding("clock", true, "within two seconds of the orchestrator's", null)
                : new Finding(
                    "clock",
                    false,
                    $"{Durations.InWords(apart)} from the orchestrator's",
                    "set both by NTP: ages and run times read wrong"));
        }

        return findings;
    }

    private static async Task<IEnumerable<Finding>> KeyAsync(Session session, CancellationToken stopping)
    {
        try
        {
            return [OfCaller(await session.Operations.MeAsync(stopping), session.Screen.Now)];
        }
        catch (JobOrchestratorException exception)
        {
            (int code, string text) = Failures.Read(exception);
            string? todo = code == ExitCode.NotAllowed ? $"ask for a key; set {Surroundings.KeyVariable}" : null;
            return [new Finding("key", false, text, todo)];
        }
    }

    private static Finding OfCaller(JobCaller caller, DateTimeOffset now)
    {
        if (caller.By == "none")
        {
            return new Finding("key", true, "none is asked for: whoever reaches the address may do everything", null);
        }

        string name = $"{caller.Name ?? "this caller"} (by {caller.By})";
        // Tokens live for minutes, and whoever gets them gets new ones in time.
        if (caller.Expires is { } end && end - now < (caller.By == "token" ? TimeSpan.FromMinutes(1) : ExpiryNear))
        {
            return new Finding(
                "key", false, $"{name} is known until {Instants.InWords(end)}", $"get a new one; set {Surroundings.KeyVariable}");
        }

        return caller.Admin ? new Finding("key", true, $"{name} may do everything", null)
            : caller.Permissions.Count == 0 ? new Finding("key", false, $"{name} may do nothing", "ask whoever runs the orchestrator")
            : new Finding(
                "key",
                true,
                $"{name} may {string.Join(", ", caller.Permissions.Where(word => word != "ReadPayload")).ToLowerInvariant()}"
                    + (caller.Queues.Contains(JobCaller.AnyQueue) ? " in every queue" : $" in {string.Join(", ", caller.Queues)}")
                    + (caller.Owner is { } owner ? $", jobs of {owner} alone" : ""),
                null);
    }

    private static async Task<IEnumerable<Finding>> SidecarAsync(Session session, CancellationToken stopping)
    {
        string? endpoint = session.Around.Variable("DAPR_HTTP_ENDPOINT") is { Length: > 0 } said ? said
            : session.Around.Variable("DAPR_HTTP_PORT") is { Length: > 0 } port ? $"http://127.0.0.1:{port}" : null;
        if (endpoint is null)
        {
            return [await OrchestratorsSidecarAsync(session, stopping)];
        }

        if (!Uri.TryCreate($"{endpoint.TrimEnd('/')}/v1.0/healthz/outbound", UriKind.Absolute, out Uri? address))
        {
            return [new Finding("sidecar", false, $"{endpoint} is no address", "set DAPR_HTTP_ENDPOINT or DAPR_HTTP_PORT")];
        }

        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = !address.IsLoopback }) { Timeout = SidecarPatience };
        try
        {
            using HttpResponseMessage answer = await http.GetAsync(address, stopping);
            int status = (int)answer.StatusCode;
            return answer.IsSuccessStatusCode
                ? [new Finding("sidecar", true, $"{endpoint} is healthy", null)]
                : [new Finding("sidecar", false, $"{endpoint} answers {status}", "look at its log: a component may be away")];
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException && !stopping.IsCancellationRequested)
        {
            return [new Finding("sidecar", false, $"{endpoint} does not answer", "start it: dapr run, or ./start.sh")];
        }
    }

    /// <summary>The orchestrator is ready only while its sidecar carries what it reads and writes.</summary>
    private static async Task<Finding> OrchestratorsSidecarAsync(Session session, CancellationToken stopping)
    {
        try
        {
            JobHealth health = await session.Probe.AskAsync(stopping);
            return health.Status is "ready" or "degraded"
                ? new Finding("sidecar", true, "the orchestrator's answers: the store is read and written through it", null)
                : new Finding("sidecar", false, "the orchestrator cannot reach its store through it", "look at its log: is it started?");
        }
        catch (JobOrchestratorException exception)
        {
            return new Finding("sidecar", false, exception.Message, null);
        }
    }

    /// <summary>What the store is, and whether events wait that the broker has not got.</summary>
    private static async Task<IEnumerable<Finding>> BrokerAsync(Session session, CancellationToken stopping)
    {
        JobReplicas replicas;
        try
        {
            replicas = await session.Operations.ReplicasAsync(stopping);
        }
        catch (JobOrchestratorException exception)
        {
            return Failures.Read(exception).Code is ExitCode.NotAllowed or ExitCode.NotFound
                ? [new Finding("broker", null, "not told to this key", "a key that operates every queue is told; or --round-trip")]
                : [new Finding("broker", false, Failures.Read(exception).Text, null)];
        }

        long pending = replicas.Replicas.Sum(replica => replica.Outbox.Pending);
        var oldest = TimeSpan.FromSeconds(replicas.Replicas.Select(replica => replica.Outbox.OldestSeconds).DefaultIfEmpty().Max());
        string waiting = pending == 0 ? "no event waits for it"
            : $"{Screen.Number(pending)} {(pending == 1 ? "event waits" : "events wait")}, the oldest for {Durations.InWords(oldest)}";
        Finding[] store = replicas.StoreType is { Length: > 0 } type
            ? [new Finding("store type", true, type, null)]
            : [];
        return
        [
            .. store,
            pending == 0 || oldest <= EventsMax
                ? new Finding("broker", true, waiting, null)
                : new Finding("broker", false, waiting, "look at the broker, and at the log of the orchestrator's sidecar"),
        ];
    }

    /// <summary>A job that takes no time ends, and its events are in the feed.</summary>
    private static async Task<IEnumerable<Finding>> RoundTripAsync(Session session, CancellationToken stopping)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        over.CancelAfter(Patience);
        try
        {
            JobFeedPage from = await session.Feed.ReadPageAsync(cancellationToken: over.Token);
            Job job = await session.Jobs.EnqueueAsync(
                new RoundTripInput(0), new JobOptions { Type = "simulate", MaxRetries = 0 }, over.Token);
            job = await session.Jobs.WaitAsync(job.Id, over.Token);
            if (job.Status != JobStatus.Completed)
            {
                return [new Finding("round trip", false, $"job {job.Id} is {job.Status}", $"jobs get {job.Id}")];
            }

            string took = Durations.InWords(job.FinishedAt!.Value - job.CreatedAt!.Value);
            List<Finding> findings = [new Finding("round trip", true, $"a job ended in {took}", null)];
            findings.Add(await SeenAsync(session, job.Id, from.Cursor, over.Token)
                ? new Finding("events", true, "its events came", null)
                : new Finding("events", false, "its events did not come", "look at the orchestrator's log for the broker"));
            return findings;
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return
            [
                new Finding(
                    "round trip", false, $"a job of type simulate did not end within {Patience.TotalSeconds:0} s",
                    "is its queue (default) paused, or the built-in worker off? jobs list --type simulate, jobs why"),
            ];
        }
        catch (JobOrchestratorException exception)
        {
            return [new Finding("round trip", false, Failures.Read(exception).Text, null)];
        }
    }

    private static async Task<bool> SeenAsync(Session session, string jobId, string cursor, CancellationToken stopping)
    {
        await foreach (JobFeedPage page in session.Feed.ReadAsync(new JobFeedFilter { After = cursor }, stopping))
        {
            if (page.Events.Any(one => one.Event is { Kind: JobEventKind.Completed } told && told.JobId == jobId))
            {
                return true;
            }
        }

        return false;
    }

    private sealed record RoundTripInput(double Seconds);
}
