//! A product's package as the Go SDK writes it, from the action table: for products that the module proxy
//! does not have.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use pharos_api::action::{ACTIONS, Product};
use pharos_api::schema::{Structure, Type};
use std::collections::BTreeMap;

/// Writes the module into a folder.
pub(super) fn write(product: &Product, folder: &Path) -> Result<()> {
    let version = format!("v{}", product.version.replace('-', ""));
    let package = folder.join(&version);
    fs::create_dir_all(&package).context("a folder for a package")?;
    let module = format!(
        "module github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/{}\n\ngo 1.22\n",
        product.name
    );
    fs::write(folder.join("go.mod"), module)?;
    fs::write(package.join("client.go"), client(product, &version)?)?;
    Ok(())
}

fn client(product: &Product, version: &str) -> Result<String> {
    let mut text = format!(
        r#"package {version}

import (
	"encoding/json"

	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common"
	tchttp "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/http"
	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/profile"
)

const APIVersion = "{}"

type Client struct {{
	common.Client
}}

func NewClient(credential common.CredentialIface, region string, clientProfile *profile.ClientProfile) (client *Client, err error) {{
	client = &Client{{}}
	client.Init(region).WithCredential(credential).WithProfile(clientProfile)
	return
}}
"#,
        product.version
    );
    let mut inner = BTreeMap::new();
    for action in ACTIONS.iter().filter(|action| action.product == product) {
        let (name, service) = (action.name, product.name);
        collect(action.input, &mut inner);
        collect(action.output, &mut inner);
        write!(
            text,
            r#"
type {name}Request struct {{
	*tchttp.BaseRequest
{}}}

type {name}ResponseParams struct {{
{}	RequestId *string `json:"RequestId,omitnil,omitempty" name:"RequestId"`
}}

type {name}Response struct {{
	*tchttp.BaseResponse
	Response *{name}ResponseParams `json:"Response"`
}}

func (r *{name}Response) ToJsonString() string {{
	b, _ := json.Marshal(r)
	return string(b)
}}

func New{name}Request() (request *{name}Request) {{
	request = &{name}Request{{BaseRequest: &tchttp.BaseRequest{{}}}}
	request.Init().WithApiInfo("{service}", APIVersion, "{name}")
	return
}}

func (c *Client) {name}(request *{name}Request) (response *{name}Response, err error) {{
	response = &{name}Response{{BaseResponse: &tchttp.BaseResponse{{}}}}
	err = c.Send(request, response)
	return
}}
"#,
            fields(action.input),
            fields(action.output)
        )?;
    }
    for structure in inner.values() {
        write!(
            text,
            "\ntype {} struct {{\n{}}}\n",
            structure.name,
            fields(structure)
        )?;
    }
    Ok(text)
}

fn fields(structure: &Structure) -> String {
    let fields = structure.fields.iter().map(|field| {
        let name = field.name;
        // The one number that the vendor declares otherwise than the contract does.
        let of = if (structure.name, name) == ("CreateInstancesRequest", "InstanceCount") {
            "*uint64".to_owned()
        } else {
            type_of(&field.value)
        };
        format!("\t{name} {of} `json:\"{name},omitnil,omitempty\" name:\"{name}\"`\n")
    });
    fields.collect()
}

fn type_of(of: &Type) -> String {
    match of {
        Type::String => "*string".to_owned(),
        Type::Int64 => "*int64".to_owned(),
        Type::Uint64 => "*uint64".to_owned(),
        Type::Bool => "*bool".to_owned(),
        Type::List(element) => format!("[]{}", type_of(element)),
        Type::Structure(structure) => format!("*{}", structure.name),
    }
}

/// The product as it is part of class names: `Lighthouse`.
pub(super) fn title(product: &Product) -> String {
    let (first, rest) = product.name.split_at(1);
    first.to_uppercase() + rest
}

/// The structures within a structure, by their names.
pub(super) fn collect(
    structure: &'static Structure,
    found: &mut BTreeMap<&'static str, &'static Structure>,
) {
    for field in structure.fields {
        let mut of = &field.value;
        while let Type::List(element) = of {
            of = element;
        }
        if let Type::Structure(inner) = of
            && found.insert(inner.name, inner).is_none()
        {
            collect(inner, found);
        }
    }
}
