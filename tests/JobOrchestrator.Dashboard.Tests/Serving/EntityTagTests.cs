using JobOrchestrator.Dashboard.Serving;

namespace JobOrchestrator.Dashboard.Tests.Serving;

public sealed class EntityTagTests
{
    [Theory]
    [InlineData("<b>1</b>", "<b>1</b>", true)]
    [InlineData("<b>1</b>", "<b>2</b>", false)]
    [InlineData("<time datetime=\"a\">1 s ago</time>", "<time datetime=\"a\">2 s ago</time>", true)]
    [InlineData("<time datetime=\"a\">1 s ago</time>", "<time datetime=\"b\">1 s ago</time>", false)]
    [InlineData("<time datetime=\"a\">1</time>x", "<time datetime=\"a\">1</time>y", false)]
    [InlineData("<time datetime=\"a\"", "<time datetime=\"b\"", false)]
    public void Tags_GoByAllButAges(string one, string other, bool same) =>
        Assert.Equal(same, EntityTag.Of(one) == EntityTag.Of(other));
}
