import { describe, expect, it } from "vitest";
import { nameOfArmId } from "./names.ts";

const connector =
  "/subscriptions/11c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e01/resourceGroups/rg/providers/Microsoft.Security/securityConnectors/c1/securityEntityData";

/** a resource outside Azure as a connector names it, and the words for its kind; its own name is "main-1" */
const connected: [entity: string, kind: string][] = [
  ["aws-ec2-instance-main-1", "AWS EC2 instance"],
  ["aws-eks-cluster-main-1", "AWS EKS cluster"],
  ["aws-ecs-cluster-main-1", "AWS ECS cluster"],
  ["aws-ecs-service-main-1", "AWS ECS service"],
  ["aws-ecr-repository-main-1", "AWS ECR repository"],
  ["aws-ecr-image-main-1", "AWS ECR image"],
  ["aws-s3-bucket-main-1", "AWS S3 bucket"],
  ["aws-rds-db-instance-main-1", "AWS RDS DB instance"],
  ["aws-rds-db-cluster-main-1", "AWS RDS DB cluster"],
  ["aws-rds-instance-main-1", "AWS RDS instance"],
  ["aws-rds-cluster-main-1", "AWS RDS cluster"],
  ["aws-lambda-function-main-1", "AWS lambda function"],
  ["aws-iam-user-main-1", "AWS IAM user"],
  ["aws-iam-role-main-1", "AWS IAM role"],
  ["gcp-vm-instance-main-1", "GCP VM instance"],
  ["gcp-gce-instance-main-1", "GCP GCE instance"],
  ["gcp-compute-instance-main-1", "GCP compute instance"],
  ["gcp-gke-cluster-main-1", "GCP GKE cluster"],
  ["gcp-container-cluster-main-1", "GCP container cluster"],
  ["gcp-cloud-sql-instance-main-1", "GCP cloud SQL instance"],
  ["gcp-sql-instance-main-1", "GCP SQL instance"],
  ["gcp-storage-bucket-main-1", "GCP storage bucket"],
  ["gcp-cloud-function-main-1", "GCP cloud function"],
  ["gcp-service-account-main-1", "GCP service account"],
  ["gcp-instances-main-1", "GCP instance"],
  ["gcp-instance-main-1", "GCP instance"],
  ["gcp-clusters-main-1", "GCP cluster"],
  ["gcp-cluster-main-1", "GCP cluster"],
  ["gcp-buckets-main-1", "GCP bucket"],
  ["gcp-bucket-main-1", "GCP bucket"],
  ["github-repository-main-1", "GitHub repository"],
  ["gitlab-repositories-main-1", "GitLab repository"],
  ["azuredevops-project-main-1", "Azure DevOps project"],
  ["dockerhub-account-main-1", "Docker Hub account"],
  ["jfrog-repository-main-1", "JFrog repository"],
];

describe("a resource outside Azure", () => {
  it.each(connected)("%s is named by its cloud and kind", (entity, kind) => {
    for (const written of [entity, entity.toUpperCase().replace("MAIN-1", "main-1")])
      expect(nameOfArmId(`${connector}/${written}`)).toEqual({ name: `${kind} main-1`, resourceType: kind });
  });

  it("of a kind or a cloud that isn't known has the name that the connector gave", () => {
    expect(nameOfArmId(`${connector}/aws-glue-job-main-1`)).toEqual({
      name: "AWS glue-job-main-1",
      resourceType: "AWS resource",
    });
    expect(nameOfArmId(`${connector}/oracle-vm-main-1`)).toEqual({
      name: "oracle-vm-main-1",
      resourceType: "Connected resource",
    });
  });
});
