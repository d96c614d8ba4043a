using System.Text.Json;
using JobOrchestrator.Dashboard.Values;

namespace JobOrchestrator.Dashboard.Tests.Values;

public sealed class HiddenBackTests
{
    private static readonly HiddenNames Hidden = new("*password* token");

    [Theory]
    [InlineData("""{"password":"●●●●"}""", """{"password":"hunter2"}""", """{"password":"hunter2"}""")]
    [InlineData("""{"a":1.10,"token":"●●●●","b":2}""", """{"token":{"x":[1.0]}}""", """{"a":1.10,"token":{"x":[1.0]},"b":2}""")]
    [InlineData("""{"to":{"password":"●●●●"}}""", """{"to":{"password":7,"x":1}}""", """{"to":{"password":7}}""")]
    [InlineData("""{"token":"●●●●","token":"●●●●"}""", """{"token":1,"token":2}""", """{"token":1,"token":2}""")]
    [InlineData("""[ {"token":"●●●●"},{"token":"●●●●"}]""", """[{"token":1},{"token":2}]""", """[{"token":1},{"token":2}]""")]
    [InlineData("""{"token":"new"}""", """{"token":"old"}""", """{"token":"new"}""")]
    [InlineData("""{"title":"●●●●"}""", """{"title":"x"}""", """{"title":"●●●●"}""")]
    [InlineData("""{"list":[1,2]}""", """{"list":[1]}""", """{"list":[1,2]}""")]
    public void WhatIsStillHidden_IsAsItWas(string typed, string original, string made)
    {
        using var was = JsonDocument.Parse(original);

        var back = HiddenBack.Of(typed, was.RootElement, Hidden);

        Assert.Equal((made, null), (back.Text, back.Unknown));
    }

    /// <summary>Nobody is given what belongs to another.</summary>
    [Theory]
    [InlineData("""{"password":"●●●●"}""", null, "password")]
    [InlineData("""{"password":"●●●●"}""", """{"token":"x"}""", "password")]
    [InlineData("""{"password":"●●●●"}""", """[1]""", "password")]
    [InlineData("""{"token":1,"token":"●●●●"}""", """{"token":1}""", "token")]
    [InlineData("""[{"user":"b","token":"●●●●"}]""", """[{"user":"a","token":1},{"user":"b","token":2}]""", "token")]
    [InlineData("""[[{"token":"●●●●"}]]""", """[{"token":1}]""", "token")]
    public void WhatNobodyKnows_IsNamed(string typed, string? original, string name)
    {
        JsonElement? was = original is null ? null : JsonDocument.Parse(original).RootElement;

        Assert.Equal(name, HiddenBack.Of(typed, was, Hidden).Unknown);
    }
}
