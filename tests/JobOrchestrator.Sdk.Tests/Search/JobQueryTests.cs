using JobOrchestrator.Search;

namespace JobOrchestrator.Sdk.Tests.Search;

public sealed class JobQueryTests
{
    /// <summary>What is written, and how it is printed.</summary>
    [Theory]
    [InlineData("", "")]
    [InlineData(" \t\r\n ", "")]
    [InlineData("status:failed label.tenant:42 older:1d -queue:slow", "status:failed label.tenant:42 older:1d -queue:slow")]
    [InlineData("STATUS:Failed,RETRYING", "status:retrying,failed")]
    [InlineData("status:new", "status:new")]
    [InlineData("status:scheduled,ready,held,retrying,running", "status:new,running")]
    [InlineData("status:inProgress status:failed", "status:inprogress,failed")]
    [InlineData("-status:completed -status:failed", "-status:completed,failed")]
    [InlineData("queue:a queue:b,a", "queue:a,b")]
    [InlineData("queue:a -queue:a", "queue:a -queue:a")]
    [InlineData("type:send* type:\"a b\"", "type:send*,\"a b\"")]
    [InlineData("queue:\"a,b\",c", "queue:\"a,b\",c")]
    [InlineData("queue:a:b", "queue:a:b")]
    [InlineData("queue:\"*\"", "queue:\"*\"")]
    [InlineData("queue:\">x\"", "queue:\">x\"")]
    [InlineData("queue:\"a\\\"b\\\\c\"", "queue:\"a\\\"b\\\\c\"")]
    [InlineData("external:*", "external:*")]
    [InlineData("external:\"\"", "external:\"\"")]
    [InlineData("error:~timeout", "error:~timeout")]
    [InlineData("error:~\"no such\"", "error:~\"no such\"")]
    [InlineData("id:01A1FE2C*", "id:01a1fe2c*")]
    [InlineData("label.Tenant:Acme", "label.Tenant:Acme")]
    [InlineData("LABEL.Tenant:Acme", "label.Tenant:Acme")]
    [InlineData("priority:1 priority:3", "priority:1,3")]
    [InlineData("priority:>1 priority:<3", "priority:>1 priority:<3")]
    [InlineData("priority:-5..5", "priority:-5..5")]
    [InlineData("priority:-3", "priority:-3")]
    [InlineData("progress:50..", "progress:>=50")]
    [InlineData("progress:..50.50", "progress:<=50.5")]
    [InlineData("older:90s younger:1.5h", "older:90s younger:90m")]
    [InlineData("older:0d", "older:0s")]
    [InlineData("older:0.5ms", "older:0.5ms")]
    [InlineData("wait:>60s run:<=1w", "wait:>1m run:<=1w")]
    [InlineData("created:2026-11-26", "created:2026-11-26")]
    [InlineData("created:2026-11-26T14:10", "created:2026-11-26T14:10")]
    [InlineData("created:>=2026-11-26t15:10:00+01:00", "created:>=2026-11-26T14:10:00Z")]
    [InlineData("finished:2026-11-26T14:10:00.250Z..2026-11-27", "finished:2026-11-26T14:10:00.25Z..2026-11-27")]
    [InlineData("due:<+1h started:>3h", "due:<+1h started:>3h")]
    [InlineData("order-7 \"two words\" -slow*", "order-7 \"two words\" -slow*")]
    [InlineData("\"a:b\" \"-x\" \"AND\"", "\"a:b\" \"-x\" \"AND\"")]
    [InlineData("order-7 order-7", "order-7")]
    [InlineData("zażółć 名前:x", null)]
    [InlineData("zażółć queue:名前", "zażółć queue:名前")]
    public void Text_OfAQuery_IsPrintedByOneRule(string text, string? printed)
    {
        bool isQuery = JobQuery.TryParse(text, out JobQuery? query, out IReadOnlyList<JobQueryError> errors);

        Assert.Equal(printed is not null, isQuery);
        Assert.Equal(printed is null, errors.Count > 0);
        Assert.Equal(printed, query?.ToString());
    }

    [Fact]
    public void Terms_OfAStatus_AreItsPhases()
    {
        QueryTerm term = Assert.Single(JobQuery.Parse("status:new").Terms);

        QueryValues<JobPhase> phases = Assert.IsType<QueryTerm.Phase>(term).Phases;
        Assert.Equal([JobPhase.Scheduled, JobPhase.Ready, JobPhase.Held, JobPhase.Retrying], phases);
    }

    [Fact]
    public void With_AnotherQuery_AddsAlternativesOfAFieldThatBothName()
    {
        var query = JobQuery.Parse("queue:a status:failed");

        JobQuery both = query.With(JobQuery.Parse("queue:b x"));

        Assert.Equal("queue:a,b status:failed x", both.ToString());
    }

    /// <summary>Terms made by hand say what they hold or nothing.</summary>
    [Fact]
    public void Of_TermsThatWouldBeReadAsOthers_AreRefused()
    {
        QueryTerm[] terms =
        [
            new QueryTerm.Label("a:1 owner", new([new QueryText("shop")])),
            new QueryTerm.Text(QueryTextField.Id, new([new QueryText("01A1", QueryMatch.Beginning)])),
            new QueryTerm.Word(QueryText.Any),
        ];

        Assert.All(terms, term => Assert.Throws<JobQueryException>(() => JobQuery.Of([term])));
    }

    [Fact]
    public void Without_OneOfItsTerms_HasTheOthers()
    {
        var query = JobQuery.Parse("queue:a status:failed x");

        Assert.Equal("queue:a x", query.Without(1).ToString());
        Assert.Equal(JobQuery.All, JobQuery.Parse("x").Without(0));
    }

    [Fact]
    public void Parse_OfAWrongText_NamesThePlace()
    {
        JobQueryException exception = Assert.Throws<JobQueryException>(() => JobQuery.Parse("queue:a statsu:failed"));

        JobQueryError error = Assert.Single(exception.Errors);
        Assert.Equal(new JobQueryError(8, 6, "`statsu` is no field; did you mean `status`?", "status"), error);
        Assert.Equal(error.Message, exception.Message);
    }

    /// <summary>Every field that is explained is read, by its own example.</summary>
    [Fact]
    public void Examples_OfAllFields_AreQueries() => Assert.All(QueryField.All, field =>
    {
        QueryTerm term = Assert.Single(JobQuery.Parse(field.Example).Terms);

        Assert.StartsWith(field.Name, term.ToString(), StringComparison.Ordinal);
    });
}
