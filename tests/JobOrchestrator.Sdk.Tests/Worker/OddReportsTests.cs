using System.Text.Json;
using JobOrchestrator.Sdk.Tests.Fakes;
using TestSupport;

namespace JobOrchestrator.Sdk.Tests.Worker;

/// <summary>What a processor says may be no JSON, or throw as it is read: it is that job's affair and no other's.</summary>
public sealed class OddReportsTests
{
    /// <summary>F15's kind: a report that cannot be written held up the reports of all jobs, until their leases were lost.</summary>
    [Fact]
    public async Task Progress_ThatIsNoNumber_IsUnknownAndTheHeartbeatsGoOn()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        var script = new Script
        {
            Run = async (_, context) =>
            {
                context.ReportProgress(double.NaN, "0 of 0");
                await context.SaveCheckpointAsync("begun");
                return "done";
            },
        };
        await using WorkerHost worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>(), script);

        Job job = await orchestrator.EndAsync(orchestrator.Jobs.Add("step", queue: "steps", leaseSeconds: 3));

        Assert.Equal("done", job.ReadResult<string>());
        Assert.Contains(orchestrator.Jobs.Reports, report => report.Progress is { Percent: null, Message: "0 of 0" });
    }

    /// <summary>F15's kind, whatever it is that cannot be written: here a value nested deeper than any reader takes.</summary>
    [Fact]
    public async Task Checkpoint_ThatCannotBeWritten_IsRefusedAndOthersAreSent()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        JsonElement deep = JsonDocument.Parse(
            new string('[', 900) + new string(']', 900), new JsonDocumentOptions { MaxDepth = 1_000 }).RootElement;
        var script = new Script
        {
            Run = async (_, context) =>
            {
                JobOrchestratorException refused =
                    await Assert.ThrowsAsync<JobOrchestratorException>(() => context.SaveCheckpointAsync(deep));
                return refused.Message;
            },
        };
        await using WorkerHost worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>(), script);

        Job job = await orchestrator.EndAsync(orchestrator.Jobs.Add("step", queue: "steps", leaseSeconds: 3));

        Assert.Contains("cannot be written", job.ReadResult<string>(), StringComparison.Ordinal);
    }

    /// <summary>F32's kind: an exception whose message throws was nobody's failure, and the lease had to end by itself.</summary>
    [Fact]
    public async Task Exception_WhoseMessageThrows_IsReportedAsTheJobsFailure()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        var script = new Script { Run = (_, _) => throw new SpeechlessException() };
        await using WorkerHost worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>(), script);

        orchestrator.Jobs.Add("step", queue: "steps");
        Report report = await orchestrator.ReportAsync(Report.Fail);

        Assert.Equal(nameof(SpeechlessException), report.Error!.Title);
    }

    /// <summary>
    /// F32's kind: a detail of which a member throws was tried again and again, though the processor had said that this is final.
    /// </summary>
    [Fact]
    public async Task Detail_OfWhichAMemberThrows_IsLeftOutAndTheFailureStaysFinal()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        var script = new Script { Run = (_, _) => throw new JobFailedPermanentlyException("No.") { Detail = new Broken() } };
        await using WorkerHost worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>(), script);

        orchestrator.Jobs.Add("step", queue: "steps");
        Report report = await orchestrator.ReportAsync(Report.Fail);

        Assert.Equal("No.", report.Error!.Title);
        Assert.False(report.Retry);
        Assert.Contains("broken member", report.Error.Detail!.Value.GetString(), StringComparison.Ordinal);
    }

    /// <summary>F32's kind: no timer takes a third of 68 years, which relay's door grants; the heartbeats ended at once.</summary>
    [Fact]
    public async Task Lease_OfDecades_IsWorkedAndLetGo()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        var script = new Script { Run = (_, _) => Task.FromResult<string?>("done") };
        await using WorkerHost worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>(), script);

        Job job = await orchestrator.EndAsync(orchestrator.Jobs.Add("step", queue: "steps", leaseSeconds: int.MaxValue));

        Assert.Equal("done", job.ReadResult<string>());
        await Eventually.TrueAsync(() => worker.HeldJobs == 0, "nothing is held any more");
    }

    /// <summary>F10's kind: who says "for ever" had every report given up at once, for the sum ran over.</summary>
    [Fact]
    public async Task CarryOnFor_WithoutEnd_KeepsTheReport()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        var script = new Script { Run = (_, _) => Task.FromResult<string?>("kept") };
        await using WorkerHost worker = await WorkerHost.StartAsync(
            orchestrator,
            builder => builder.Add<StepProcessor>().Configure(options => options.CarryOnFor = TimeSpan.MaxValue),
            script);

        Job job = await orchestrator.EndAsync(orchestrator.Jobs.Add("step", queue: "steps"));

        Assert.Equal("kept", job.ReadResult<string>());
    }

    /// <summary>F32's kind: where nothing can be logged at all, the first failure ended the reporter and with it every lease.</summary>
    [Fact]
    public async Task Log_ThatTakesNothing_DoesNotEndTheReports()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        var done = new TaskCompletionSource();
        var script = new Script { Run = async (_, _) => { await done.Task; return "kept"; } };
        await using WorkerHost worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>(), script);
        int unwritten = 0;
        Job job = orchestrator.Jobs.Add("step", queue: "steps", leaseSeconds: 3);
        await Eventually.TrueAsync(() => orchestrator.Jobs.Reports.Any(WorkerReports.IsHeartbeat), "it is worked");

        worker.Log.Fails = text =>
        {
            bool isReporters = text.Contains("report", StringComparison.Ordinal);
            unwritten += text.Contains("does not take reports", StringComparison.Ordinal) ? 1 : 0;
            return isReporters;
        };
        orchestrator.Faults.IsDown = true;
        await Eventually.TrueAsync(() => unwritten > 0, "the reporter has failed to say what is the matter");
        orchestrator.Faults.IsDown = false;
        done.SetResult();

        Assert.Equal("kept", (await orchestrator.EndAsync(job)).ReadResult<string>());
    }

    /// <summary>A result that is a part of a document is still there when that document is not.</summary>
    [Fact]
    public void Value_OfADocumentThatIsDisposedOf_IsKept()
    {
        JsonElement? written;
        using (var document = JsonDocument.Parse("""{"a":[1,2]}"""))
        {
            written = PayloadJson.Write(document.RootElement.GetProperty("a"), null);
        }

        Assert.Equal("[1,2]", written!.Value.GetRawText());
        Assert.Null(PayloadJson.Write(default(JsonElement), null));
    }

    private sealed class SpeechlessException : Exception
    {
        public override string Message => throw new InvalidOperationException("There are no words.");
    }

    private sealed class Broken
    {
        public string Member => throw new InvalidOperationException($"This is a broken member, {GetHashCode()}.");
    }
}
