using System.Text.Json;
using LocalSidecar.Cel;

namespace LocalSidecar.Tests.Cel;

public sealed class CelExpressionTests
{
    private const string Event = """
        {"type":"job.done","subject":"tenant-1/job","source":"worker","data":{"owner":"x","n":5,"half":2.5,"tags":["a","b"],
         "yes":true,"none":null,"text":"42","deep":{"er":{"n":1}},"odd name":7,"list":[1,2,3]}}
        """;

    [Theory]
    [InlineData("", true)]
    [InlineData("true", true)]
    [InlineData("event.type == \"job.done\"", true)]
    [InlineData("event.type == 'job.done'", true)]
    [InlineData("event.type != 'job.done'", false)]
    [InlineData("event.type == \"job.done\" && event.data.owner == \"x\"", true)]
    [InlineData("event.type == 'a' || event.data.owner == 'x'", true)]
    [InlineData("!(event.type == 'a')", true)]
    [InlineData("!event.data.yes", false)]
    [InlineData("event.data.n == 5", true)]
    [InlineData("event.data.n == 5.0", true)]
    [InlineData("event.data.n > 4 && event.data.n < 6", true)]
    [InlineData("event.data.n >= 5 && event.data.n <= 5", true)]
    [InlineData("event.data.n > 5", false)]
    [InlineData("event.data.half == 2.5", true)]
    [InlineData("event.data.n == -5", false)]
    [InlineData("-event.data.n < 0", true)]
    [InlineData("int(event.data.half) == 2", true)]
    [InlineData("int(event.data.text) > 41", true)]
    [InlineData("double(event.data.text) == 42.0", true)]
    [InlineData("string(event.data.n) == '5'", true)]
    [InlineData("size(event.data.tags) == 2", true)]
    [InlineData("event.data.tags.size() == 2", true)]
    [InlineData("size(event.data.owner) == 1", true)]
    [InlineData("event.data.owner in ['x', 'y']", true)]
    [InlineData("event.data.owner in []", false)]
    [InlineData("'b' in event.data.tags", true)]
    [InlineData("'owner' in event.data", true)]
    [InlineData("'nothing' in event.data", false)]
    [InlineData("has(event.data.owner) && event.data.owner == \"x\"", true)]
    [InlineData("has(event.data.missing) && event.data.missing == 'x'", false)]
    [InlineData("has(event.data.none)", true)]
    [InlineData("event.data.none == null", true)]
    [InlineData("event.subject.startsWith(\"tenant-\")", true)]
    [InlineData("event.subject.endsWith('/job')", true)]
    [InlineData("event.subject.contains('1/')", true)]
    [InlineData("event.subject.matches('^tenant-[0-9]+/')", true)]
    [InlineData("matches(event.subject, 'nope')", false)]
    [InlineData("event.data['odd name'] == 7", true)]
    [InlineData("event['type'] == 'job.done'", true)]
    [InlineData("event.data.tags[1] == 'b'", true)]
    [InlineData("event.data.list == [1, 2, 3]", true)]
    [InlineData("event.data.deep.er.n == 1", true)]
    [InlineData("event.type == 5", false)]
    [InlineData("event.type < 'k'", true)]
    [InlineData("event.data.missing == 'x' || true", true)]
    [InlineData("false && event.data.missing == 'x'", false)]
    [InlineData("event.data.missing == 'x' && false", false)]
    [InlineData("true || event.data.missing", true)]
    [InlineData("  event . type==\"job.done\"  ", true)]
    [InlineData("1e3 == 1000", true)]
    public void Matches_ForAnEvent_TellsWhetherTheRuleHolds(string rule, bool expected)
    {
        Assert.Equal(expected, Parse(rule).Matches(Json()));
    }

    [Theory]
    [InlineData("event.data.missing == 'x'")]
    [InlineData("event.missing.deeper == 'x'")]
    [InlineData("has(event.missing.deeper)")]
    [InlineData("event.data.missing == 'x' && true")]
    [InlineData("event.data.missing == 'x' || false")]
    [InlineData("event.type < 5")]
    [InlineData("event.type")]
    [InlineData("event.data.n")]
    [InlineData("!event.type")]
    [InlineData("event.data.tags[2] == 'x'")]
    [InlineData("event.data.tags['a'] == 'x'")]
    [InlineData("int(event.type) == 1")]
    [InlineData("event.data.n.startsWith('5')")]
    [InlineData("size(event.data.n) == 1")]
    [InlineData("'x' in event.type")]
    [InlineData("event.type.matches('(')")]
    public void Matches_MissingMemberOrWrongType_IsAnError(string rule)
    {
        Assert.Throws<CelException>(() => Parse(rule).Matches(Json()));
    }

    [Theory]
    [InlineData("event.type ==")]
    [InlineData("event.type = 'x'")]
    [InlineData("(event.type == 'x'")]
    [InlineData("event.type == 'x")]
    [InlineData("other.type == 'x'")]
    [InlineData("event.type.reverse() == 'x'")]
    [InlineData("has(event)")]
    [InlineData("event.type == 'x' extra")]
    [InlineData("event.type == '\\q'")]
    [InlineData("&& true")]
    public void TryParse_NotAnExpressionOfTheSubset_SaysWhatIsWrong(string rule)
    {
        Assert.False(string.IsNullOrEmpty(CelExpression.TryParse(rule, out _)));
    }

    [Fact]
    public void TryParse_NestedTenThousandDeep_IsRefusedRatherThanOverflowing()
    {
        Assert.Equal("nested too deeply", CelExpression.TryParse(new string('(', 10_000) + "true" + new string(')', 10_000), out _));
        Assert.Equal("nested too deeply", CelExpression.TryParse(new string('!', 10_000) + "true", out _));
    }

    private static CelExpression Parse(string rule)
    {
        Assert.Null(CelExpression.TryParse(rule, out CelExpression? expression));
        return expression;
    }

    private static JsonElement Json() => JsonElement.Parse(Event);
}
