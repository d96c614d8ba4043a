using JobOrchestrator.Core;
using JobOrchestrator.Hosting;

namespace JobOrchestrator.Tests.Hosting;

public sealed class EventOptionsTests
{
    /// <summary>Whoever chooses an owner's name must not come to the topic of another owner, or of all.</summary>
    [Theory]
    [InlineData("jobs-{owner}", "jobs-{owner}-done", "are one topic for some owners")]
    [InlineData("{owner}", "{owner}-done", "are one topic for some owners")]
    [InlineData("job-{owner}", "job-completed", "are one topic for some owners")]
    [InlineData("job-{Owner}", "job-completed", "has braces in it")]
    [InlineData("job-{queue}", "job-completed", "has braces in it")]
    [InlineData(" job-created", "job-completed", "begins or ends with a blank")]
    public void Topics_ThatCouldMeet_AreRefused(string created, string completed, string why)
    {
        IReadOnlyList<string> faults = FaultsOf(created, completed);

        Assert.Contains(faults, fault => fault.Contains(why, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("job-created", "job-completed")]
    [InlineData("job-created", "job-created")]
    [InlineData("", "")]
    [InlineData("jobs-of-{owner}", "jobs-of-{owner}")]
    [InlineData("created-{owner}", "completed-{owner}")]
    [InlineData("{owner}-created", "{owner}-completed")]
    [InlineData("of-{owner}", "job-completed")]
    [InlineData("job", "job-{owner}")]
    [InlineData("job-done", "job-{owner}-done")]
    public void Topics_ThatCannotMeet_AreTaken(string created, string completed) => Assert.Empty(FaultsOf(created, completed));

    private static List<string> FaultsOf(string created, string completed)
    {
        var options = new EventOptions
        {
            Topics = new() { [JobEventKind.Created] = created, [JobEventKind.Completed] = completed },
        };
        return [.. new EventOptionsValidator().Validate(null, options).Failures ?? []];
    }
}
