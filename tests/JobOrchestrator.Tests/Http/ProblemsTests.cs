using System.Reflection;
using JobOrchestrator.Core;
using JobOrchestrator.Http;

namespace JobOrchestrator.Tests.Http;

public sealed class ProblemsTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly Job Job = new()
    {
        Id = JobId.Create(Now, 0, 1),
        Order = 0,
        Spec = new JobSpec { Type = "test", Queue = "default", LeaseSeconds = 30 },
        RunAt = Now,
        CreatedAt = Now,
        UpdatedAt = Now,
    };

    private static readonly (Refusal Refusal, string Type, int Status)[] Samples =
    [
        (new Refusal.UnknownJob(Job.Id), "job-not-found", 404),
        (new Refusal.UnknownExternalId("default", "x"), "job-not-found", 404),
        (new Refusal.DuplicateJob(Job), "duplicate-job", 409),
        (new Refusal.KeyOfGoneJob(Job.Id, Now.AddSeconds(9)), "duplicate-job", 409),
        (new Refusal.FirstJobGone(Job.Id), "job-purged", 410),
        (new Refusal.IdempotencyKeyReused(Job.Id), "idempotency-key-reused", 422),
        (new Refusal.StaleLease(Job), "stale-lease", 409),
        (new Refusal.AlreadyFinished(Job), "already-finished", 409),
        (new Refusal.NotFinished(Job), "job-not-finished", 409),
        (new Refusal.NotWaiting(Job), "job-not-waiting", 409),
        (new Refusal.TooManyLabels(Job), "invalid-request", 422),
        (new Refusal.SequenceMismatch(Job), "sequence-mismatch", 412),
        (new Refusal.QueueFull("default", 1), "queue-full", 429),
        (new Refusal.BytesFull("owner", 1), "queue-full", 429),
        (new Refusal.NoRoomForState("owner", 1), "queue-full", 429),
        (new Refusal.NotStorable(), "too-large", 413),
        (new Refusal.BatchItem(2, new Refusal.QueueFull("default", 1)), "queue-full", 429),
    ];

    [Fact]
    public void Samples_AllNestedRefusalTypes_AreThere()
    {
        IEnumerable<string> refusals = typeof(Refusal).GetNestedTypes(BindingFlags.Public).Select(type => type.Name);

        Assert.Equal(refusals.Order(), Samples.Select(sample => sample.Refusal.GetType().Name).Order());
    }

    [Fact]
    public void Of_EveryRefusal_HasItsProblemAndSaysWhetherTryingAgainHelps()
    {
        foreach ((Refusal refusal, string type, int status) in Samples)
        {
            Problem problem = Problems.Of(refusal, Caller.Anyone, Now);

            Assert.Equal((type, status), (problem.Type.Name, problem.Status));
            Assert.Equal((type, refusal.Retryable), (type, problem.Type.Retryable));
        }
    }
}
