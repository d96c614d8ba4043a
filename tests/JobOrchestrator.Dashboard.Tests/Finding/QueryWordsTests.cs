using JobOrchestrator.Dashboard.Finding;
using JobOrchestrator.Search;

namespace JobOrchestrator.Dashboard.Tests.Finding;

public sealed class QueryWordsTests
{
    [Theory]
    [InlineData("", "every job")]
    [InlineData("status:failed", "failed")]
    [InlineData("status:new", "waiting")]
    [InlineData("status:new,failed", "waiting or failed")]
    [InlineData("status:ready,held", "ready or held")]
    [InlineData("-queue:slow", "not queue slow")]
    [InlineData("queue:mail,sms type:send*", "queue mail or sms, type send…")]
    [InlineData("error:~timeout", "error with “timeout”")]
    [InlineData("-retriedas:*", "not run again")]
    [InlineData("label.tenant:42", "tenant 42")]
    [InlineData("label.tenant:*", "tenant any")]
    [InlineData("older:10m younger:1.5h", "older than 10 min, younger than 1 h 30 min")]
    [InlineData("wait:>10s", "waited over 10 s")]
    [InlineData("run:1m..1h", "ran 1 min to 1 h")]
    [InlineData("attempt:>1", "attempt over 1")]
    [InlineData("progress:>=50", "progress from 50 on")]
    [InlineData("created:2026-11-26", "created 26 Nov 2026")]
    [InlineData("started:>3h", "started after 3 h ago")]
    [InlineData("due:<+1h", "due before in 1 h")]
    [InlineData("order-7", "“order-7”")]
    [InlineData("queue:\"a\u202eb\"", "queue a⟨U+202E⟩b")]
    public void Query_InWords(string query, string words) =>
        Assert.Equal(words, QueryWords.Of(JobQuery.Parse(query), TimeZoneInfo.Utc));

    [Fact]
    public void Fields_AllOfThem_HaveWords() => Assert.All(
        QueryField.All, field => Assert.NotEmpty(QueryWords.Of(JobQuery.Parse(field.Example), TimeZoneInfo.Utc)));

    [Theory]
    [InlineData("queue:mail statsu:failed", "queue:mail |[statsu]|:failed")]
    [InlineData("queue:", "queue:|[ ]")]
    [InlineData("a:1 b:2", "[a]|:1 |[b]|:2")]
    public void Faults_AreMarkedWhereTheyAre(string text, string pieces)
    {
        _ = JobQuery.TryParse(text, out _, out IReadOnlyList<JobQueryError> errors);

        IEnumerable<string> marked = MarkedText.Of(text, errors).Select(piece => piece.IsWrong ? $"[{piece.Text}]" : piece.Text);
        Assert.Equal(pieces, string.Join('|', marked));
    }
}
