using JobOrchestrator.Dashboard.Words;

namespace JobOrchestrator.Dashboard.Tests.Words;

public sealed class WhensTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("90 min", "2026-03-01T13:30:00.000Z")]
    [InlineData("in 1.5 h", "2026-03-01T13:30:00.000Z")]
    [InlineData("2d", "2026-03-03T12:00:00.000Z")]
    [InlineData("2026-12-31T06:00Z", "2026-12-31T06:00:00.000Z")]
    [InlineData(" 2026-12-31 06:00:30+02:00 ", "2026-12-31T04:00:30.000Z")]
    public void Instants_AsPeopleTypeThem_AreRead(string text, string told)
    {
        Assert.True(Whens.TryRead(text, Now, out DateTimeOffset? at));
        Assert.Equal(told, Moments.Iso(at!.Value));
    }

    [Theory]
    [InlineData("tomorrow")]
    [InlineData("2026-12-31T06:00")]
    [InlineData("2026-13-31T06:00Z")]
    [InlineData("999999999 w")]
    [InlineData("-5 min")]
    public void Texts_ThatAreNoInstant_AreRefused(string text) => Assert.False(Whens.TryRead(text, Now, out _));

    [Theory]
    [InlineData(null)]
    [InlineData("  ")]
    public void Nothing_IsNoInstantAndNoFault(string? text)
    {
        Assert.True(Whens.TryRead(text, Now, out DateTimeOffset? at));
        Assert.Null(at);
    }
}
