using JobOrchestrator.Simulation.Models;

namespace JobOrchestrator.Simulation.Tests;

/// <summary>A fault at every single call: each case strikes the call that it names, and nothing else.</summary>
public sealed class SweepTests
{
    public static TheoryData<string> Stores => [.. Presets.All.Select(model => model.Name)];

    [Theory]
    [MemberData(nameof(Stores))]
    public void World_WithoutItsFault_PassesAndChangesHolders(string store)
    {
        var run = SeedRun.Of(SweepCase.Seed, change: _ => SweepCase.World(store));

        Assert.Null(run.Failure);
        Assert.Empty(run.Struck);
        string[] held = [.. run.Trace.Notes.Select(note => note.Text.ToString()!).Where(text => text.Contains("Holding shard 0"))];
        Assert.True(held.Length >= 3, $"held {held.Length} times");
    }

    [Theory]
    [InlineData("kill-before", "killed before")]
    [InlineData("kill-after", "killed after")]
    [InlineData("lost-answer", "its answer is lost")]
    [InlineData("late-write", "carried out after 12.0 s")]
    [InlineData("freeze", "frozen for 20.0 s")]
    public void Case_OfAnyKind_StrikesOnce(string kind, string told)
    {
        SeedRun run = SweepCase.Parse($"redis/60/{kind}").Run(swarm => swarm);

        Assert.Single(run.Struck);
        Assert.Single(run.Trace.Notes, note => note.Text.ToString()!.Contains(told, StringComparison.Ordinal));
    }

    [Fact]
    public void Write_OfAProcessKilledBefore_IsNeverCarriedOut()
    {
        (SeedRun before, _) = Commit("kill-before");
        (SeedRun after, string lane) = Commit("kill-after");

        Assert.DoesNotContain(before.Trace.Notes.SkipWhile(note => !IsFault(note)), note => note.Text.ToString()!.StartsWith(lane));
        Assert.Contains(after.Trace.Notes.SkipWhile(note => !IsFault(note)), note => note.Text.ToString()!.StartsWith(lane));
    }

    [Fact]
    public void Case_OfACallThatIsNeverSent_StrikesNothing()
    {
        SeedRun run = SweepCase.Parse("in-memory/1000000/freeze").Run(swarm => swarm);

        Assert.Empty(run.Struck);
    }

    [Fact]
    public void Parts_OfASweep_AreTogetherTheWhole()
    {
        SweepCase[] all = [.. SweepCase.All("redis", 200)];
        SweepCase[][] parts = [.. Enumerable.Range(0, 10).Select(part => all.Where(one => one.IsIn((ulong)part, 10)).ToArray())];

        Assert.Equal(all.ToHashSet(), parts.SelectMany(part => part).ToHashSet());
        Assert.Equal(all.Length, parts.Sum(part => part.Length));
        Assert.All(parts, part => Assert.Equal(5, part.Select(one => one.Kind).Distinct().Count()));
    }

    [Fact]
    public void Case_Written_IsReadBack()
    {
        Assert.All(SweepCase.All("small", 3), one => Assert.Equal(one, SweepCase.Parse(one.ToString())));
    }

    [Theory]
    [InlineData("redis")]
    [InlineData("redis/one/freeze")]
    [InlineData("redis/1/nothing")]
    [InlineData("oracle/1/freeze")]
    public void Case_ThatIsNone_IsRefused(string text)
    {
        Assert.Throws<FormatException>(() => SweepCase.Parse(text));
    }

    /// <summary>The first case of a kind whose call is a commit.</summary>
    private static (SeedRun Run, string Writes) Commit(string kind)
    {
        for (int call = 88; ; call++)
        {
            SeedRun run = SweepCase.Parse($"in-memory/{call}/{kind}").Run(swarm => swarm);
            Note fault = run.Trace.Notes.First(IsFault);
            if (fault.Text.ToString()!.Contains("transact shard-0", StringComparison.Ordinal))
            {
                return (run, $"{fault.Lane!.Name} writes");
            }
        }
    }

    private static bool IsFault(Note note) => note.Text.ToString()!.StartsWith("fault ", StringComparison.Ordinal);
}
