using JobOrchestrator.Search;

namespace JobOrchestrator.Sdk.Tests.Search;

public sealed class JobQueryErrorTests
{
    /// <summary>What is wrong is underlined where it stands, and what may have been meant is said.</summary>
    [Theory]
    [InlineData("statsu:failed", 0, 6, "status")]
    [InlineData("  -queu:a", 3, 4, "queue")]
    [InlineData("phase:failed", 0, 5, "status")]
    [InlineData("externalId:order-7", 0, 10, "external")]
    [InlineData("xyzzy:1", 0, 5, null)]
    [InlineData(":x", 0, 0, null)]
    [InlineData("status:faild", 7, 5, "failed")]
    [InlineData("status:failed,xx", 14, 2, null)]
    [InlineData("status:~failed", 7, 7, null)]
    [InlineData("status:*", 7, 1, null)]
    [InlineData("queue:", 6, 0, null)]
    [InlineData("queue: a", 6, 0, null)]
    [InlineData("queue:a,", 8, 0, null)]
    [InlineData("queue:a,,b", 8, 0, null)]
    [InlineData("queue:~a", 6, 2, "a*")]
    [InlineData("queue:>a", 6, 2, null)]
    [InlineData("error:~a*", 6, 3, null)]
    [InlineData("error:~", 6, 1, null)]
    [InlineData("queue:\"a", 6, 2, "\"a\"")]
    [InlineData("queue:\"a\"b", 9, 1, null)]
    [InlineData("queue:a\"b\"", 7, 3, null)]
    [InlineData("a,b", 1, 2, null)]
    [InlineData("*", 0, 1, null)]
    [InlineData("-", 0, 1, null)]
    [InlineData("- a", 0, 1, null)]
    [InlineData("--a", 0, 3, null)]
    [InlineData("a AND b", 2, 3, null)]
    [InlineData("a || b", 2, 2, null)]
    [InlineData("older:10", 6, 2, "10s")]
    [InlineData("older:1y", 6, 2, null)]
    [InlineData("older:-1d", 6, 3, null)]
    [InlineData("older:99999999w", 6, 9, null)]
    [InlineData("older:1d,2d", 9, 2, null)]
    [InlineData("older:>1d", 6, 3, null)]
    [InlineData("wait:10s", 5, 3, ">10s")]
    [InlineData("wait:2m..1m", 5, 6, null)]
    [InlineData("priority:high", 9, 4, null)]
    [InlineData("priority:5..1", 9, 4, null)]
    [InlineData("priority:..", 9, 2, null)]
    [InlineData("priority:>1..2", 9, 5, null)]
    [InlineData("priority:5*", 9, 2, null)]
    [InlineData("priority:1e9", 9, 3, null)]
    [InlineData("priority:999999999999999999999", 9, 21, null)]
    [InlineData("created:yesterday", 8, 9, null)]
    [InlineData("created:2026-13-01", 8, 10, null)]
    [InlineData("created:2026-11-26T25:00", 8, 16, null)]
    [InlineData("created:0001-01-01T00:00+05:00", 8, 22, null)]
    [InlineData("created:3h", 8, 2, ">3h")]
    [InlineData("id:xyz*", 3, 4, null)]
    [InlineData("id:01a1fe2c", 3, 8, "01a1fe2c*")]
    [InlineData("label.:x", 0, 6, null)]
    [InlineData("label.-a:x", 0, 8, null)]
    [InlineData("tag:x", 0, 3, "label.")]
    public void Errors_OfATextThatIsNoQuery_HaveTheirPlace(string text, int at, int length, string? suggestion)
    {
        Assert.False(JobQuery.TryParse(text, out _, out IReadOnlyList<JobQueryError> errors));

        JobQueryError error = errors[0];
        Assert.Equal((at, length, suggestion), (error.At, error.Length, error.Suggestion));
        Assert.EndsWith(".", error.Message.TrimEnd(')', '?') + ".", StringComparison.Ordinal);
    }

    [Fact]
    public void Errors_OfSeveralTerms_AreAllSaidInTheOrderOfTheText()
    {
        Assert.False(JobQuery.TryParse("statsu:x queue:a older:1 -- b", out _, out IReadOnlyList<JobQueryError> errors));

        Assert.Equal([0, 23, 25], errors.Select(error => error.At));
    }

    [Fact]
    public void Characters_AtAndBeyondTheBound()
    {
        string most = new('a', JobQuery.CharactersMax);

        Assert.True(JobQuery.TryParse(most, out _, out _));
        Assert.False(JobQuery.TryParse($"{most}bc", out _, out IReadOnlyList<JobQueryError> errors));
        Assert.Equal(new JobQueryError(1_024, 2, "A query has at most 1,024 characters."), Assert.Single(errors));
    }

    [Fact]
    public void Terms_AtAndBeyondTheBound()
    {
        string most = string.Join(' ', Enumerable.Range(0, JobQuery.TermsMax).Select(number => $"w{number}"));

        Assert.True(JobQuery.TryParse(most, out _, out _));
        Assert.False(JobQuery.TryParse($"{most} x", out _, out IReadOnlyList<JobQueryError> errors));
        Assert.Equal(new JobQueryError(most.Length + 1, 1, "A query has at most 16 terms."), Assert.Single(errors));
    }

    [Fact]
    public void Values_AtAndBeyondTheBound()
    {
        string most = $"queue:{string.Join(',', Enumerable.Range(0, JobQuery.ValuesMax))}";

        Assert.True(JobQuery.TryParse(most, out _, out _));
        Assert.False(JobQuery.TryParse($"{most},x", out _, out IReadOnlyList<JobQueryError> errors));
        Assert.Equal(new JobQueryError(most.Length + 1, 1, "A query has at most 32 values."), Assert.Single(errors));
    }

    /// <summary>Whatever comes, every place lies in the text and the answer is quick.</summary>
    [Fact]
    public void Noise_IsReadOrRefusedWithPlacesInTheText()
    {
        const string Signs = "a:-\"\\,*<>=~. \t\0\u202e\ud83dé名9";
        var random = new Random(20261129);

        for (int round = 0; round < 20_000; round++)
        {
            string prefix = random.Next(3) == 0 ? QueryField.All[random.Next(QueryField.All.Count)].Name + ":" : "";
            string text = prefix + new string(random.GetItems<char>(Signs, random.Next(40)));
            if (JobQuery.TryParse(text, out JobQuery? query, out IReadOnlyList<JobQueryError> errors))
            {
                Assert.Equal(query, JobQuery.Parse(query.ToString()));
            }
            else
            {
                Assert.NotEmpty(errors);
                Assert.All(errors, error => Assert.InRange(error.At + error.Length, error.At, text.Length));
            }
        }
    }
}
