using System.Reflection;

namespace JobOrchestrator.Core.Tests;

public sealed class EveryCommandTests
{
    private static readonly Command[] Samples =
    [
        new Command.Enqueue(TestShard.Submission(2)),
        new Command.EnqueueMany([TestShard.Submission(3)]),
        new Command.Lease(["default"], "worker", 1, null, "seed"),
        new Command.Heartbeat(TestShard.Id(1), "token"),
        new Command.Complete(TestShard.Id(1), "token"),
        new Command.Fail(TestShard.Id(1), "token", new JobError("x", "x")),
        new Command.Release(TestShard.Id(1), "token"),
        new Command.Cancel(TestShard.Id(1)),
        new Command.Requeue(TestShard.Id(1), "token", [TestShard.Submission(5)]),
        new Command.Reschedule(TestShard.Id(1), "token", TestShard.Submission(6)),
        new Command.Find("default", "x"),
        new Command.CountQueue("default"),
        new Command.CountQueues(),
        new Command.Locate(TestShard.Id(1)),
        new Command.Survey(),
        new Command.Retry(TestShard.Id(1), TestShard.Id(4)),
        new Command.Reprioritise(TestShard.Id(1), 1, null),
        new Command.Forget(TestShard.Id(1)),
        new Command.PauseQueue("default"),
        new Command.ResumeQueue("default"),
        new Command.ChooseEvents("default", EventKinds.Updated),
        new Command.ReleaseWorker("worker", 1),
        new Command.Excuse(),
        new Command.SettleJob(TestShard.Id(1), JobForm.Smallest),
        new Command.GiveUp(TestShard.Id(1)),
        new Command.SetAside(TestShard.Id(1)),
        new Command.Tick(1),
    ];

    [Fact]
    public void Samples_AllNestedCommandTypes_AreThere()
    {
        IEnumerable<Type> commands = typeof(Command).GetNestedTypes(BindingFlags.Public).Where(type => !type.IsAbstract);

        Assert.Equal(commands.OrderBy(type => type.Name), Samples.Select(sample => sample.GetType()).OrderBy(type => type.Name));
    }

    [Fact]
    public void Apply_EveryCommandOnEveryStateOfAJob_HasARule()
    {
        foreach (Command command in Samples)
        {
            foreach (int steps in Enumerable.Range(0, 4))
            {
                var shard = new TestShard();
                Job? job = steps > 0 ? shard.Enqueue(1) : null;
                job = steps > 1 ? shard.Lease() : job;
                job = steps > 2 ? shard.Changed(new Command.Complete(job!.Id, job.Lease!.Token)) : job;

                Assert.NotNull(shard.Apply(command));
            }
        }
    }
}
