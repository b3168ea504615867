package ricci.nn;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** A report's page, read by an XML parser, which accepts nothing that is not well-formed. */
record ReportPage(Document document) {
    static ReportPage of(TrainingReport report) {
        try {
            var factory = DocumentBuilderFactory.newInstance();
            factory.setAttribute("http://javax.xml.XMLConstants/property/accessExternalDTD", "");
            InputSource html = new InputSource(new StringReader(report.html()));
            return new ReportPage(factory.newDocumentBuilder().parse(html));
        } catch (Exception e) {
            throw new AssertionError("the page is not well-formed: " + e.getMessage(), e);
        }
    }

    List<Element> all(String tag) {
        NodeList nodes = document.getElementsByTagName(tag);
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            elements.add((Element) nodes.item(i));
        }
        return elements;
    }

    List<Element> withClass(String name) {
        return all("*").stream().filter(e -> List.of(e.getAttribute("class").split(" ")).contains(name))
                .toList();
    }

    /** What is at the top under a name. */
    String number(String name) {
        for (Element term : all("dt")) {
            if (term.getTextContent().equals(name)) {
                Element pair = (Element) term.getParentNode();
                return pair.getElementsByTagName("dd").item(0).getTextContent().strip();
            }
        }
        throw new AssertionError("there is no number called " + name);
    }

    String text() {
        return document.getDocumentElement().getElementsByTagName("main").item(0).getTextContent();
    }
}
