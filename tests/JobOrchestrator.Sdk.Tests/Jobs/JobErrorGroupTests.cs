using JobOrchestrator.Search;

namespace JobOrchestrator.Sdk.Tests.Jobs;

public sealed class JobErrorGroupTests
{
    [Theory]
    [InlineData("SMTP #: timeout after # s", "status:failed queue:mail type:send error:~\": timeout after\" -retriedas:*")]
    [InlineData("#", "status:failed queue:mail type:send -retriedas:*")]
    [InlineData("no \"such\" box", "status:failed queue:mail type:send error:~\"no \\\"such\\\" box\" -retriedas:*")]
    [InlineData("# the server said no and…", "status:failed queue:mail type:send error:~\"the server said no and\" -retriedas:*")]
    [InlineData("the mail server said #…", "status:failed queue:mail type:send error:~\"the mail server said\" -retriedas:*")]
    public void Query_FindsWhatIsTheSameInAll(string text, string query)
    {
        JobErrorGroup group = Group("mail", text);

        Assert.Equal(query, group.Query);
    }

    [Fact]
    public void Query_OfOddNames_IsOne()
    {
        JobErrorGroup group = Group("a queue, \"quoted\" *", "it's -status:completed *");

        Assert.True(JobQuery.TryParse(group.Query, out JobQuery? query, out _));
        Assert.Equal(group.Query, query.ToString());
        Assert.Equal(5, query.Terms.Count);
    }

    private static JobErrorGroup Group(string queue, string text) => new()
    {
        Id = "1",
        Text = text,
        Type = "send",
        Queue = queue,
        ErrorType = "about:blank",
        Example = "job",
        Spark = [],
    };
}
