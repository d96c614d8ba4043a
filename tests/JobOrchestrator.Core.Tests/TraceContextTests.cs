namespace JobOrchestrator.Core.Tests;

public sealed class TraceContextTests
{
    private const string Usual = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private static JobSpec SpecOf(string? traceparent, string? tracestate = null) => new()
    {
        Type = "t",
        Queue = "q",
        LeaseSeconds = 30,
        Traceparent = traceparent,
        Tracestate = tracestate,
    };

    /// <summary>Whatever a caller sent comes back to the character, also what is kept in numbers.</summary>
    [Theory]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData(Usual, true)]
    [InlineData("00-00000000000000000000000000000001-0000000000000000-ff", true)]
    [InlineData("00-00000000000000000000000000000000-b7ad6b7169203331-01", false)]
    [InlineData("00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01", false)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more", false)]
    [InlineData("01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", false)]
    [InlineData("00-0af7651916cd43dd-448eb211c80319c-b7ad6b7169203331-01", false)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331_01", false)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c0b7ad6b7169203331-01", false)]
    public void Traceparent_AnyText_ComesBackAsItWas(string? text, bool isKeptInNumbers)
    {
        JobSpec spec = SpecOf(text, "vendor=1");

        Assert.Equal((text, "vendor=1", isKeptInNumbers), (spec.Traceparent, spec.Tracestate, spec.Trace.IsThere));
        Assert.Equal(spec, SpecOf(text, "vendor=1"));
        Assert.Equal(text, (spec with { Tracestate = null }).Traceparent);
        Assert.Null((spec with { Traceparent = null }).Traceparent);
        Assert.Equal(3 * (text?.Length ?? 0), SpecOf(text).DocumentBytesMax - SpecOf(null).DocumentBytesMax);
    }

    [Fact]
    public void TraceId_OfAnyVersion_IsItsThirtyTwoDigits()
    {
        Assert.Equal("0af7651916cd43dd8448eb211c80319c", SpecOf(Usual).TraceId);
        Assert.Equal("0af7651916cd43dd8448eb211c80319c", SpecOf($"01{Usual[2..]}-x").TraceId);
        Assert.Null(SpecOf(null).TraceId);
    }
}
